// One request to the API server: it fails with an ApiError and nothing else, and it ends in time.
import type { Clock } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/errors.ts';
import { ApiError } from '../api.ts';

/** Nothing came in time; the server itself has said nothing. */
export class NoAnswer extends ApiError {
  constructor(message: string) {
    super(message, { code: 0, reason: '', retryAfterMs: undefined });
  }
}

export interface AskOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly withinMs: number;
  /** For the message, if there is no answer in time: `list ingresses`. */
  readonly what: string;
}

/**
 * Rejects with a NoAnswer when the time is over or `signal` aborts, whether the request heeds its own signal or not.
 * What else a request throws becomes an ApiError without an HTTP status.
 */
export async function ask<T>(
  { clock, signal, withinMs, what }: AskOptions,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lifetime = new AbortController();
  const over = Promise.withResolvers<never>();
  const end = (why: string) => {
    const error = new NoAnswer(`${what}: ${why}`);
    over.reject(error);
    lifetime.abort(error);
  };
  const onAbort = () => end('stopped');
  const cancel = clock.after(withinMs, () => end(`no answer within ${withinMs / 1000} s`));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([over.promise, request(lifetime.signal)]);
  } catch (thrown) {
    throw asApiError(what, thrown);
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
  }
}

function asApiError(what: string, thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const facts = { code: 0, reason: '', retryAfterMs: undefined };
  return new ApiError(`${what}: ${messageOf(thrown)}`, facts, { cause: thrown });
}
