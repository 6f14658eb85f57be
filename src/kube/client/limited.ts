// Work with an end: by its result, by a signal, or by a deadline, whichever is first.
import type { Clock } from '../../runtime/clock.ts';

export interface Limits {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Longest time that the work may take. */
  readonly ms: number;
}

/**
 * Rejects at once when the signal aborts (`aborted`) or the time is up (`no answer within N ms`), even if the work
 * goes on; the signal that `work` gets is aborted then.
 */
export async function limited<T>(limits: Limits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, clock, ms } = limits;
  if (signal.aborted) throw new Error('aborted');
  const own = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = (why: string) => {
    reject(new Error(why));
    own.abort();
  };
  const onAbort = () => stop('aborted');
  signal.addEventListener('abort', onAbort, { once: true });
  const cancel = clock.after(ms, () => stop(`no answer within ${ms} ms`));
  work(own.signal).then(resolve, reject);
  try {
    return await promise;
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}
