// The Secrets that are wanted, what is known of each, and who may deliver it: only these ever reach the store.
import { own } from '../../dag/decode/fields.ts';
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import type { ObjectName } from '../api.ts';
import { deletedEvent, identityOf, nameKey } from '../reflector/known.ts';
import { resources } from '../resources.ts';

/** The type that is watched: Helm alone fills clusters with Secrets of other types. */
export const watchedType = 'kubernetes.io/tls';

interface Wanted extends ObjectName {
  /** `asking`: not known yet; `held`: delivered; `none`: told that there is none. */
  state: 'asking' | 'held' | 'none';
  /** While it is `asking`: somebody waits for the answer. */
  awaited: boolean;
  /** The watch of certificates has it, and so will tell of its changes and of its end. */
  watched: boolean;
}

export class WantedSecrets {
  readonly #wanted = new Map<string, Wanted>();
  #awaited = 0;

  /** How many are not known yet, without those that are postponed. */
  get awaited(): number {
    return this.#awaited;
  }

  get size(): number {
    return this.#wanted.size;
  }

  stateOf(name: ObjectName): Wanted['state'] | undefined {
    return this.#wanted.get(nameKey(name))?.state;
  }

  /** False: it was wanted before. */
  add({ namespace, name }: ObjectName): boolean {
    const key = nameKey({ namespace, name });
    if (this.#wanted.has(key)) return false;
    this.#wanted.set(key, { namespace, name, state: 'asking', awaited: true, watched: false });
    this.#awaited++;
    return true;
  }

  /** Not known, and not waited for: a tenant's broken Secret must not keep all others from being served. */
  postpone(name: ObjectName): void {
    const wanted = this.#wanted.get(nameKey(name));
    if (wanted?.state === 'asking') this.#release(wanted);
  }

  *unknown(): Iterable<ObjectName> {
    for (const one of this.#wanted.values()) if (one.state === 'asking') yield one;
  }

  /** What the watch says, to be delivered; nothing if it is of a Secret that is not wanted. */
  watched(event: ObjectEvent): readonly ObjectEvent[] {
    const wanted = this.#of(event.object);
    if (wanted === undefined) return [];
    wanted.watched = event.type === 'applied';
    this.#settle(wanted, event.type === 'applied' ? 'held' : 'none');
    return [event];
  }

  /**
   * What a request says, to be delivered. `isListed`: whether the watch of certificates has the name. It never tells of
   * what came and went while it was away, so that until then the type alone does not make it one that is watched.
   */
  answered(name: ObjectName, object: RawObject | undefined, isListed: boolean): readonly ObjectEvent[] {
    const wanted = this.#wanted.get(nameKey(name));
    if (wanted === undefined) return [];
    const found = object !== undefined && this.#of(object) === wanted ? object : undefined;
    wanted.watched = isListed && found !== undefined && isCertificate(found);
    const before = wanted.state;
    this.#settle(wanted, found === undefined ? 'none' : 'held');
    if (found !== undefined) return [{ type: 'applied', object: found }];
    return before === 'none' ? [] : [deletedEvent(resources.secrets, name)];
  }

  /** Forgets those that nobody reads; answers the deletions to deliver and the names that are forgotten. */
  drop(isRead: (namespace: string, name: string) => boolean): {
    readonly events: readonly ObjectEvent[];
    readonly names: readonly ObjectName[];
  } {
    const names = [...this.#wanted.values()].filter(({ namespace, name }) => !isRead(namespace, name));
    const held = names.filter(({ state }) => state === 'held');
    for (const one of names) {
      this.#release(one);
      this.#wanted.delete(nameKey(one));
    }
    return { events: held.map((name) => deletedEvent(resources.secrets, name)), names };
  }

  /** Up to `most` of those that no watch tells of, others at each call. */
  unwatched(most: number): readonly ObjectName[] {
    const some: Wanted[] = [];
    for (const one of this.#wanted.values()) {
      if (some.length === most) break;
      if (!one.watched && one.state !== 'asking') some.push(one);
    }
    for (const one of some) {
      this.#wanted.delete(nameKey(one));
      this.#wanted.set(nameKey(one), one);
    }
    return some;
  }

  #of(object: RawObject): Wanted | undefined {
    const identity = identityOf(resources.secrets, object);
    return identity && this.#wanted.get(nameKey(identity));
  }

  #settle(wanted: Wanted, state: 'held' | 'none'): void {
    this.#release(wanted);
    wanted.state = state;
  }

  #release(wanted: Wanted): void {
    if (wanted.awaited) this.#awaited--;
    wanted.awaited = false;
  }
}

/** Of the type that the watch of certificates tells of. */
export const isCertificate = (object: RawObject): boolean => own(object, 'type') === watchedType;
