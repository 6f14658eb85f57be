// Work by key: each key at most once at a time, many keys in parallel, and each key's own back-off.
import type { Clock } from './clock.ts';
import { higher, type Rank, WaitingKeys } from './keyed-queue-order.ts';
import type { Runnable } from './runnable.ts';

export type { Rank } from './keyed-queue-order.ts';

/** What became of one run of a key. A key that was added meanwhile runs once more, whatever the outcome. */
export type Outcome =
  | { readonly kind: 'done' }
  /**
   * Nothing failed. Runs again after so many milliseconds, or at once if the key is added in a higher rank than
   * `late`. `rank`: in this one, unless the key is added in a higher one; default: as before.
   */
  | { readonly kind: 'again'; readonly afterMs: number; readonly rank?: Rank }
  /** Runs again after the key's back-off, or after `afterMs`, which leaves the back-off as it was. */
  | { readonly kind: 'retry'; readonly error: unknown; readonly afterMs?: number }
  /** Waits until the key is added again. */
  | { readonly kind: 'giveUp'; readonly error: unknown };

export interface KeyedQueueOptions<K> {
  readonly name: string;
  /**
   * Reads the state of the key as it is now. A rejection is a `retry`. The signal aborts when the queue ends.
   * `rank`: the highest in which the key was added since it was done.
   */
  work(key: K, signal: AbortSignal, rank: Rank): Promise<Outcome>;
  /** How many keys run at a time. */
  readonly workers: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** The wait after the first failure and the longest, in milliseconds, before jitter; default 100 and 10,000. */
  readonly backOff?: { readonly firstMs: number; readonly mostMs: number };
  /** Must not throw. `retryMs` is undefined if it was given up. */
  failed?(key: K, error: unknown, retryMs: number | undefined): void;
  /** Must not throw. How many keys wait, back off or run. */
  sized?(size: number): void;
}

/** Holds its keys before it runs and after it ended; it may run again. */
export interface KeyedQueue<K> extends Runnable {
  /** Starts the key's work before it returns, if a worker is free. A key that backs off goes on doing so. */
  add(key: K, rank: Rank): void;
  /** Starts nothing for so many milliseconds; what runs goes on. Of several pauses the last to end holds. */
  pause(ms: number): void;
  readonly size: number;
  /** Whether the key waits, backs off or runs. */
  has(key: K): boolean;
}

interface Entry {
  state: 'waiting' | 'running' | 'held' | 'backing off';
  rank: Rank;
  /** In a row. */
  failures: number;
  /** It was added while it ran. */
  again: Rank | undefined;
  cancelTimer: (() => void) | undefined;
}

/** After so many runs the event loop has its turn, in case none of them waited for it. */
const runsPerTurn = 32;

export const createKeyedQueue = <K>(options: KeyedQueueOptions<K>): KeyedQueue<K> => new Queue(options);

class Queue<K> implements KeyedQueue<K> {
  readonly name: string;
  readonly #options: KeyedQueueOptions<K>;
  readonly #entries = new Map<K, Entry>();
  readonly #waiting: WaitingKeys<K>;
  readonly #running = new Set<Promise<void>>();
  /** Undefined while the queue doesn't run. */
  #lifetime: AbortSignal | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #endPause: (() => void) | undefined;
  #runsInTurn = 0;
  #turnIsOver = false;

  constructor(options: KeyedQueueOptions<K>) {
    this.name = options.name;
    this.#options = options;
    this.#waiting = new WaitingKeys({ oldestEvery: Math.max(2, options.workers) });
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  async run(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#lifetime = signal;
    this.#pump();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    this.#lifetime = undefined;
    this.#endPause?.();
    for (const [key, entry] of this.#entries) if (entry.cancelTimer) this.#wait(key, entry);
    await Promise.all(this.#running);
  }

  add(key: K, rank: Rank): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#enter(key, rank);
    else this.#addAgain(key, entry, rank);
    this.#pump();
  }

  #enter(key: K, rank: Rank): void {
    const state = 'waiting';
    this.#entries.set(key, { state, rank, failures: 0, again: undefined, cancelTimer: undefined });
    this.#waiting.put(key, rank);
    this.#options.sized?.(this.size);
  }

  #addAgain(key: K, entry: Entry, rank: Rank): void {
    if (entry.state === 'running') {
      entry.again = higher(rank, entry.again);
      return;
    }
    entry.rank = higher(rank, entry.rank);
    if (entry.state === 'waiting') this.#waiting.put(key, rank);
    else if (entry.state === 'held' && rank !== 'late') this.#wait(key, entry);
  }

  pause(ms: number): void {
    const until = this.#options.clock.now() + ms;
    if (this.#lifetime === undefined || until <= this.#pausedUntil) return;
    this.#endPause?.();
    const cancel = this.#options.clock.after(ms, () => {
      this.#endPause?.();
      this.#pump();
    });
    this.#endPause = () => {
      cancel();
      this.#endPause = undefined;
      this.#pausedUntil = Number.NEGATIVE_INFINITY;
    };
    this.#pausedUntil = until;
  }

  #pump(): void {
    while (this.#lifetime && !this.#endPause && !this.#turnIsOver) {
      if (this.#running.size >= this.#options.workers) return;
      const next = this.#waiting.take();
      const entry = next && this.#entries.get(next.key);
      if (next === undefined || entry === undefined) return;
      entry.rank = next.rank;
      this.#start(next.key, entry, this.#lifetime);
    }
  }

  #start(key: K, entry: Entry, signal: AbortSignal): void {
    entry.state = 'running';
    this.#countRun();
    const run = this.#work(key, signal, entry.rank).then((outcome) => {
      this.#running.delete(run);
      if (signal.aborted && outcome.kind !== 'done') this.#wait(key, entry);
      else this.#settle(key, entry, outcome);
      this.#pump();
    });
    this.#running.add(run);
  }

  async #work(key: K, signal: AbortSignal, rank: Rank): Promise<Outcome> {
    try {
      return await this.#options.work(key, signal, rank);
    } catch (error) {
      return { kind: 'retry', error };
    }
  }

  #countRun(): void {
    this.#runsInTurn++;
    if (this.#runsInTurn < runsPerTurn) return;
    this.#turnIsOver = true;
    this.#options.clock.soon(() => {
      this.#runsInTurn = 0;
      this.#turnIsOver = false;
      this.#pump();
    });
  }

  #settle(key: K, entry: Entry, outcome: Outcome): void {
    if (outcome.kind === 'again') {
      entry.rank = outcome.rank ?? entry.rank;
      const atOnce = outcome.afterMs <= 0 || (entry.again ?? 'late') !== 'late';
      if (atOnce) this.#wait(key, entry);
      else this.#later(key, entry, { state: 'held', ms: outcome.afterMs });
    } else if (outcome.kind === 'retry') {
      const ms = outcome.afterMs ?? this.#backOff(entry);
      this.#options.failed?.(key, outcome.error, ms);
      this.#later(key, entry, { state: 'backing off', ms });
    } else {
      if (outcome.kind === 'giveUp') this.#options.failed?.(key, outcome.error, undefined);
      entry.failures = 0;
      if (entry.again === undefined) this.#leave(key);
      else this.#wait(key, Object.assign(entry, { rank: entry.again }));
    }
  }

  #leave(key: K): void {
    this.#entries.delete(key);
    this.#options.sized?.(this.size);
  }

  #wait(key: K, entry: Entry): void {
    entry.cancelTimer?.();
    entry.cancelTimer = undefined;
    entry.state = 'waiting';
    entry.rank = higher(entry.rank, entry.again);
    entry.again = undefined;
    this.#waiting.put(key, entry.rank);
  }

  #later(key: K, entry: Entry, { state, ms }: { state: 'held' | 'backing off'; ms: number }): void {
    entry.state = state;
    entry.rank = higher(entry.rank, entry.again);
    entry.again = undefined;
    entry.cancelTimer = this.#options.clock.after(ms, () => {
      this.#wait(key, entry);
      this.#pump();
    });
  }

  /** Doubles with each failure; jitter takes up to a half of it away. */
  #backOff(entry: Entry): number {
    const { firstMs, mostMs } = this.#options.backOff ?? { firstMs: 100, mostMs: 10_000 };
    const whole = Math.min(mostMs, firstMs * 2 ** entry.failures);
    entry.failures++;
    return whole * (1 - this.#options.random() / 2);
  }
}
