// Which of the waiting keys is next: by rank, the newest first, and now and then the oldest of all.

/** `urgent`: a person waits for it. `late`: of what can wait for all else. */
export type Rank = 'urgent' | 'other' | 'late';

const weight: Readonly<Record<Rank, number>> = { urgent: 2, other: 1, late: 0 };

/** The more urgent of the two. */
export const higher = (a: Rank, b: Rank | undefined): Rank =>
  b === undefined || weight[a] >= weight[b] ? a : b;

interface Link<K> {
  readonly key: K;
  before: Link<K> | undefined;
  after: Link<K> | undefined;
}

/** A doubly linked list: adding, removing, and looking at both ends take constant time. */
class List<K> {
  first: Link<K> | undefined;
  last: Link<K> | undefined;

  append(key: K): Link<K> {
    const link: Link<K> = { key, before: this.last, after: undefined };
    if (this.last) this.last.after = link;
    else this.first = link;
    this.last = link;
    return link;
  }

  remove(link: Link<K>): void {
    if (link.before) link.before.after = link.after;
    else this.first = link.after;
    if (link.after) link.after.before = link.before;
    else this.last = link.before;
  }
}

interface Place<K> {
  rank: Rank;
  /** By when it was last put. */
  recent: Link<K>;
  /** By since when it waits. */
  readonly age: Link<K>;
}

export class WaitingKeys<K> {
  readonly #places = new Map<K, Place<K>>();
  readonly #recent: Readonly<Record<Rank, List<K>>> = {
    urgent: new List(),
    other: new List(),
    late: new List(),
  };
  readonly #age = new List<K>();
  readonly #oldestEvery: number;
  #taken = 0;

  /** Each so many keys one is the oldest, whatever its rank: so none starves while new ones keep coming. */
  constructor({ oldestEvery }: { readonly oldestEvery: number }) {
    this.#oldestEvery = oldestEvery;
  }

  /** Puts the key first of its rank. One that waits already keeps its age, and its place if that is more urgent. */
  put(key: K, rank: Rank): void {
    const place = this.#places.get(key);
    if (place === undefined) {
      this.#places.set(key, { rank, recent: this.#recent[rank].append(key), age: this.#age.append(key) });
      return;
    }
    if (higher(rank, place.rank) !== rank) return;
    this.#recent[place.rank].remove(place.recent);
    place.rank = rank;
    place.recent = this.#recent[rank].append(key);
  }

  /** Undefined: none waits. */
  take(): { readonly key: K; readonly rank: Rank } | undefined {
    const { urgent, other, late } = this.#recent;
    const newest = urgent.last ?? other.last ?? late.last;
    if (newest === undefined) return undefined;
    this.#taken++;
    const { key } = this.#taken % this.#oldestEvery === 0 ? (this.#age.first ?? newest) : newest;
    return { key, rank: this.#remove(key) };
  }

  #remove(key: K): Rank {
    const place = this.#places.get(key);
    if (place === undefined) return 'other';
    this.#places.delete(key);
    this.#recent[place.rank].remove(place.recent);
    this.#age.remove(place.age);
    return place.rank;
  }
}
