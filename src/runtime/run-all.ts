// One lifetime for all parts of the process.
import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Runnable } from './runnable.ts';

export interface RunAllOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, 'error' | 'warn' | 'debug'>;
  /** How long one part may take to end before the next is told to, in milliseconds; default 3,000. */
  readonly graceMs?: number;
}

/**
 * Starts the parts in order and runs until the signal aborts or a part fails or ends; then ends the others in
 * reverse order, each before the next. Rejects with the first failure.
 */
export async function runAll(
  parts: readonly Runnable[],
  signal: AbortSignal,
  options: RunAllOptions,
): Promise<void> {
  const over = Promise.withResolvers<void>();
  let failure: { readonly reason: unknown } | undefined;
  const running = parts.map((part) => {
    const lifetime = new AbortController();
    const ended = part.run(lifetime.signal).then(
      () => over.resolve(),
      (reason: unknown) => {
        if (failure !== undefined) options.log.error(`${part.name}: ${messageOf(reason)}`);
        failure ??= { reason };
        over.resolve();
      },
    );
    return { name: part.name, lifetime, ended };
  });
  const onAbort = () => over.resolve();
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  await over.promise;
  signal.removeEventListener('abort', onAbort);
  for (const { name, lifetime, ended } of running.reverse()) {
    lifetime.abort(signal.reason);
    if (!(await within(ended, options))) options.log.warn(`${name} does not end; going on without it`);
    else options.log.debug(`${name} ended`);
  }
  if (failure !== undefined) throw failure.reason;
}

/** Whether the promise settles in time. */
function within(promise: Promise<void>, { clock, graceMs = 3_000 }: RunAllOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(graceMs, () => resolve(false));
    void promise.then(() => {
      cancel();
      resolve(true);
    });
  });
}
