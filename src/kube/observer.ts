// What can be seen of the reflectors from outside: for metrics.

/** Called as things happen; must not throw. `plural` is the kind's, as in paths: `ingresses`. */
export interface ReflectorObserver {
  /** A list is complete; it took `ms` milliseconds over all its pages. */
  listed?(plural: string, objects: number, ms: number): void;
  /** A watch ended, and another one or a list follows. */
  watchEnded?(plural: string, why: WatchEnd): void;
  /** An attempt to list or watch failed with this HTTP status; 0: no answer. */
  failed?(plural: string, code: number): void;
  /** An object without a usable name, or of another kind than asked for, was skipped. */
  malformed?(plural: string): void;
}

/** `closed`: by the server, as it does now and then; `idle`: by us, since nothing came, not even a bookmark. */
export type WatchEnd = 'closed' | 'idle' | 'expired' | 'failed';
