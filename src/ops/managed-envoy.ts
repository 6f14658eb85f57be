// An Envoy that belongs to this process: started with it, started again if it dies, ended with it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { pause } from '../runtime/pause.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { StartError } from '../runtime/start-error.ts';
import { checkEnvoyBinary } from './envoy-binary.ts';
import { explainBindError, type LogLine, startChatter } from './envoy-log.ts';
import { type EnvoyProcess, startEnvoyProcess } from './envoy-process.ts';
import { checkPorts, type ListenPort } from './ports.ts';

export type EnvoyState =
  | { readonly kind: 'starting'; readonly version: string }
  /** `ms`: from its start until it served. */
  | { readonly kind: 'ready'; readonly version: string; readonly ms: number }
  /** It died; `end` tells how (`exit code 1`, `SIGKILL`). It is started again after `restartMs` milliseconds. */
  | { readonly kind: 'died'; readonly end: string; readonly restartMs: number };

export interface ManagedEnvoyOptions {
  /** The binary; a name without a slash is looked up as a shell would. */
  readonly path: string;
  /** Makes the bootstrap configuration, JSON, with the admin interface on this unix socket. */
  readonly bootstrap: (adminSocket: string) => string;
  /** Every port that this Envoy will listen on, now or by xDS: they are tried first and named in errors. */
  readonly ports: readonly ListenPort[];
  /** Parent of the private directory of the bootstrap and the socket; default: the system's for temporary files. */
  readonly directory?: string;
  /** Worker threads; default: one per core. */
  readonly concurrency?: number;
  /** Where access logs to standard output go; default: to ours. */
  readonly stdout?: 'inherit' | 'ignore';
  /** How long Envoy may take to end by itself before it is killed, in milliseconds; default 5,000. */
  readonly graceMs?: number;
  /** Wait before the first restart, in milliseconds; doubles up to `maxRestartMs`. Defaults 250 and 30,000. */
  readonly minRestartMs?: number;
  readonly maxRestartMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly onState: (state: EnvoyState) => void;
}

/** Unix socket paths hold 107 bytes at most on Linux, 103 on macOS. */
const longestSocketPath = 103;

/** An Envoy that served this long, in milliseconds, is started again without the wait that earlier deaths earned. */
const soundMs = 60_000;

/**
 * `run` rejects with a StartError if Envoy cannot be started or ends by itself before it ever served; later
 * deaths are told to the log and `onState`, and Envoy is started again.
 */
export function createManagedEnvoy(options: ManagedEnvoyOptions): Runnable {
  return {
    name: 'Envoy',
    async run(signal) {
      const version = await checkEnvoyBinary(options.path);
      await checkPorts(options.ports);
      const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'contour-envoy-'));
      try {
        const files = {
          bootstrap: join(directory, 'bootstrap.json'),
          adminSocket: join(directory, 'admin.sock'),
        };
        if (Buffer.byteLength(files.adminSocket) > longestSocketPath) {
          throw new StartError(
            `${directory} is too long a path for Envoy's admin socket: set TMPDIR to a shorter one`,
          );
        }
        await writeFile(files.bootstrap, options.bootstrap(files.adminSocket), { mode: 0o600 });
        await keepRunning(options, { ...files, version }, signal);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

interface Facts {
  readonly bootstrap: string;
  readonly adminSocket: string;
  readonly version: string;
}

async function keepRunning(options: ManagedEnvoyOptions, facts: Facts, signal: AbortSignal): Promise<void> {
  const { clock, log, minRestartMs = 250, maxRestartMs = 30_000 } = options;
  let restartMs = minRestartMs;
  for (let served = false; !signal.aborted; ) {
    const life = await live(options, facts, signal);
    if (signal.aborted) return;
    served ||= life.servedMs > 0;
    if (!served) throw new StartError(life.complaint ?? `Envoy ended before it served: ${life.end}`);
    if (life.servedMs >= soundMs) restartMs = minRestartMs;
    log.error(`Envoy ended (${life.complaint ?? life.end}); starting it again in ${restartMs} ms`);
    options.onState({ kind: 'died', end: life.end, restartMs });
    await pause(clock, restartMs, signal);
    restartMs = Math.min(restartMs * 2, maxRestartMs);
  }
}

interface Life {
  readonly end: string;
  /** How long it served, in milliseconds; 0: never. */
  readonly servedMs: number;
  /** The last thing that it complained about, for people. */
  readonly complaint: string | undefined;
}

/** One Envoy from start to end. */
async function live(options: ManagedEnvoyOptions, facts: Facts, signal: AbortSignal): Promise<Life> {
  const { clock, log, ports, onState } = options;
  const over = new AbortController();
  const began = clock.now();
  let ready: number | undefined;
  let complaint: string | undefined;
  let envoy: EnvoyProcess | undefined;
  const onLine = (line: LogLine) => {
    if (startChatter(line)) return;
    // What it says to being ended is no news.
    const level = signal.aborted ? 'debug' : line.level;
    log[level](
      line.component === '' ? `Envoy: ${line.message}` : `Envoy: ${line.component}: ${line.message}`,
    );
    const bindError = explainBindError(line.message, ports);
    if (bindError !== undefined) complaint = bindError;
    else if (line.level === 'error' && line.component === 'main') complaint ??= line.message;
    // A listener that came by xDS and cannot be opened leaves Envoy waiting for another one.
    if (bindError !== undefined && ready === undefined) void envoy?.stop();
  };
  onState({ kind: 'starting', version: facts.version });
  envoy = startEnvoyProcess({
    path: options.path,
    bootstrap: facts.bootstrap,
    adminSocket: facts.adminSocket,
    concurrency: options.concurrency,
    stdout: options.stdout ?? 'inherit',
    graceMs: options.graceMs ?? 5000,
    clock,
    onLine,
  });
  const stop = () => void envoy.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  envoy.live(over.signal).then(
    () => {
      ready = clock.now();
      onState({ kind: 'ready', version: facts.version, ms: ready - began });
    },
    () => {}, // It ended first.
  );
  const end = await envoy.ended;
  over.abort();
  signal.removeEventListener('abort', stop);
  return { end, servedMs: ready === undefined ? 0 : Math.max(1, clock.now() - ready), complaint };
}
