// Time that passes when a test says so.
import type { Clock } from '../runtime/clock.ts';

export interface ManualClock extends Clock {
  /** Lets so many milliseconds pass and calls what is due. */
  advance(ms: number): void;
}

export function manualClock(): ManualClock {
  const timers = new Map<object, { readonly at: number; readonly callback: () => void }>();
  let now = 0;
  return {
    now: () => now,
    date: () => new Date(now),
    after(ms, callback) {
      const key = {};
      timers.set(key, { at: now + ms, callback });
      return () => {
        timers.delete(key);
      };
    },
    soon: (callback) => {
      setImmediate(callback);
    },
    advance(ms) {
      now += ms;
      for (const [key, { at, callback }] of [...timers]) {
        // One that was called before it may have cancelled it.
        if (at <= now && timers.delete(key)) callback();
      }
    },
  };
}
