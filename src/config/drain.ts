// Configuration of `contour drain`.
import { drainFlags } from './flags.ts';
import { type Given, type Resolved, resolved, resolveFlags } from './resolve.ts';

export interface DrainConfig {
  /** Path of the unix socket of Envoy's admin interface. */
  readonly adminSocket: string;
  /** Milliseconds from the first 503 of /ready on in which everything goes on as before. */
  readonly delayMs: number;
  /** Milliseconds from the beginning to the end of Envoy, at most; longer than the delay. */
  readonly timeoutMs: number;
  /** Drain nothing: be there until SIGTERM. */
  readonly wait: boolean;
}

/** All mistakes at once, each with its remedy. */
export function resolveDrain(given: Given): Resolved<DrainConfig> {
  const { values, mistakes } = resolveFlags(drainFlags, given);
  const { 'admin-address': adminSocket, delay: delayMs, timeout: timeoutMs, wait } = values;
  if (delayMs >= timeoutMs)
    mistakes.push('--delay is part of --timeout and must be shorter; give connections time to end after it');
  return resolved({ adminSocket, delayMs, timeoutMs, wait }, mistakes);
}
