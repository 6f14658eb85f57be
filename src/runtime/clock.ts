// The only place that touches time. Everything else gets a Clock, so tests own time.

export interface Clock {
  /** Monotonic milliseconds; the origin means nothing. */
  now(): number;
  /** The wall clock. */
  date(): Date;
  /** Calls once after `ms` milliseconds unless the returned function is called first. */
  after(ms: number, callback: () => void): () => void;
  /** Calls once after the input and output that is waiting now had its turn. */
  soon(callback: () => void): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  soon: (callback) => {
    setImmediate(callback);
  },
};
