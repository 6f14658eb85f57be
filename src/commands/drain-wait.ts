// `contour drain --wait`: the main process of a container beside Envoy, in which the kubelet runs `contour drain` when
// the pod ends. It is there all the time, so main.ts starts it without the rest of the program.
import type { Clock } from '../runtime/clock.ts';
import { pause } from '../runtime/pause.ts';

const dayMs = 86_400_000;

/** Whether this command line is `contour drain --wait` and nothing else. */
export const isDrainWait = (argv: readonly string[]): boolean => argv.join(' ') === 'drain --wait';

/** Resolves when the signal aborts. A process without anything to do would end: it has a timer. */
export async function waitForEnd(
  clock: Clock,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  say('waiting for SIGTERM, while contour drain can be run here\n');
  while (!signal.aborted) await pause(clock, dayMs, signal);
}
