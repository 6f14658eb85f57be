// One watch, from its request to its end.
import type { WatchEvent } from '../api.ts';
import type { WatchEnd } from '../observer.ts';
import { ask, NoAnswer } from './ask.ts';
import type { ReflectorOptions } from './reflector.ts';
import { fullName } from './trouble.ts';

/** Bookmarks come every minute: a connection that brings nothing for so many milliseconds is dead. */
const idleMs = 90_000;
/** The server ends a watch after this many seconds, and up to twice as many, so that not all end together. */
const shortestSeconds = 300;

export interface WatchOnce {
  /** A resourceVersion. */
  readonly from: string;
  readonly signal: AbortSignal;
  /** What it throws is passed on. */
  onBatch(events: readonly WatchEvent[]): void;
}

/** Rejects with an ApiError if the watch fails. */
export async function watchOnce(
  { api, resource, namespace, fieldSelector, labelSelector, clock, random }: ReflectorOptions,
  { from, signal, onBatch }: WatchOnce,
): Promise<WatchEnd> {
  const lifetime = new AbortController();
  const onAbort = () => lifetime.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const timeoutSeconds = Math.floor(shortestSeconds * (1 + random()));
  const options = {
    namespace,
    fieldSelector,
    labelSelector,
    resourceVersion: from,
    timeoutSeconds,
    signal: lifetime.signal,
  };
  const batches = api.watch(resource, options)[Symbol.asyncIterator]();
  const asking = { clock, signal, withinMs: idleMs, what: `watch ${fullName(resource)}` };
  try {
    for (;;) {
      const next = await ask(asking, () => batches.next());
      if (next.done || signal.aborted) return 'closed';
      onBatch(next.value);
    }
  } catch (thrown) {
    if (thrown instanceof NoAnswer) return 'idle';
    throw thrown;
  } finally {
    signal.removeEventListener('abort', onAbort);
    lifetime.abort();
    // Not awaited: a generator that hangs in a read would never come back.
    batches.return?.().catch(() => {});
  }
}
