// Tests wait for states, never for times: this is the one place that knows how.
import { systemClock } from '../runtime/clock.ts';

export interface Deadline {
  /** Milliseconds; generous, since it only says when to give up. Default 20,000. */
  readonly within?: number;
  /** Milliseconds between two tries; default 10. */
  readonly every?: number;
}

/** Tries `attempt` until it doesn't throw, and returns its result; at the deadline rejects with its last error. */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { within = 20_000, every = 10 }: Deadline = {},
): Promise<T> {
  const end = systemClock.now() + within;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (systemClock.now() >= end) throw error;
    }
    await wait(every);
  }
}

/** For the pace of a load, never for a state. */
export const wait = (ms: number): Promise<void> => new Promise((resolve) => systemClock.after(ms, resolve));

/** Rejects with `what` in its message if the promise takes longer than `ms` milliseconds. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = systemClock.after(ms, () => late.reject(new Error(`${what}: not done after ${ms} ms`)));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    cancel();
  }
}
