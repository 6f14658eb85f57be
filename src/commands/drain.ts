// `contour drain`: ends the Envoy beside us when its last request is answered.
import type { DrainConfig } from '../config/drain.ts';
import { systemClock } from '../runtime/clock.ts';
import { StartError } from '../runtime/start-error.ts';
import { drainEnvoy, EnvoyEnded } from './drain-envoy.ts';
import { waitForEnd } from './drain-wait.ts';
import { type CommandIo, type ExitCode, exitCodes } from './io.ts';

/** Done when Envoy was told to end, in time or not: Kubernetes would call anything else a failed hook. */
export async function drainCommand(config: DrainConfig, io: CommandIo): Promise<ExitCode> {
  const clock = systemClock;
  const { signal } = io;
  if (config.wait) {
    await waitForEnd(clock, signal, io.stdout);
    return exitCodes.done;
  }
  try {
    await drainEnvoy({ ...config, clock, signal, say: (line) => io.stdout(`${line}\n`) });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof EnvoyEnded) {
      io.stdout('Envoy has ended by itself\n');
      return exitCodes.done;
    }
    if (!(error instanceof StartError)) throw error;
    io.stderr(`contour drain: ${error.message}\n`);
    return exitCodes.failed;
  }
}
