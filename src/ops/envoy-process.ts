// One run of an Envoy, which never outlives us: a shell between it and us waits on a pipe whose other end only we
// hold. Whatever ends us, the kernel closes the pipe and the shell kills Envoy. Node has no PR_SET_PDEATHSIG.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Clock } from '../runtime/clock.ts';
import { pause } from '../runtime/pause.ts';
import { isLive } from './envoy-admin.ts';
import { type LogLine, logFlags, parseLogLine, workersStart } from './envoy-log.ts';

export interface EnvoyProcessOptions {
  readonly path: string;
  /** File of the bootstrap configuration. */
  readonly bootstrap: string;
  /** Path of the admin interface's unix socket, as the bootstrap has it. */
  readonly adminSocket: string;
  /** Worker threads; undefined: one per core. */
  readonly concurrency: number | undefined;
  /** Where the access logs that Envoy writes to its standard output go. */
  readonly stdout: 'inherit' | 'ignore';
  /** How long Envoy may take to end by itself, in milliseconds. */
  readonly graceMs: number;
  readonly clock: Clock;
  readonly onLine: (line: LogLine) => void;
}

export interface EnvoyProcess {
  /** Resolves with how it ended (`exit code 1`, `SIGKILL`); never rejects. */
  readonly ended: Promise<string>;
  /** Resolves when Envoy serves; rejects when `signal` aborts. */
  live(signal: AbortSignal): Promise<void>;
  /** Asks Envoy to end, makes it end after the grace time, and resolves when it has. */
  stop(): Promise<void>;
}

/** A line on the pipe asks Envoy to end, the end of the pipe kills it. */
const guard = `
exec 3<&0
"$@" </dev/null 3<&- &
envoy=$!
{ read -r _ && kill -TERM "$envoy"; read -r _; kill -KILL "$envoy"; } <&3 >/dev/null 2>&1 &
guard=$!
exec 3<&-
wait "$envoy"
status=$?
kill -KILL "$guard"
exit "$status"
`;

/** How often Envoy is asked whether it is live, in milliseconds, besides when its log says so. */
const askLiveMs = 250;

/** Starts Envoy. In a process group of its own, so that a Ctrl-C reaches us alone and we end it in order. */
export function startEnvoyProcess(options: EnvoyProcessOptions): EnvoyProcess {
  const { clock } = options;
  const flags = ['--use-dynamic-base-id', '--disable-hot-restart', ...logFlags];
  if (options.concurrency !== undefined) flags.push('--concurrency', String(options.concurrency));
  const command = [options.path, '-c', options.bootstrap, ...flags];
  const child = spawn('/bin/sh', ['-c', guard, 'envoy-guard', ...command], {
    stdio: ['pipe', options.stdout, 'pipe'],
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(describeEnd(code, signal)));
  });
  child.stdin.on('error', () => {}); // The guard has ended; `ended` tells.
  const workers = Promise.withResolvers<void>();
  createInterface({ input: child.stderr }).on('line', (text) => {
    const line = parseLogLine(text);
    if (workersStart(line)) workers.resolve();
    options.onLine(line);
  });
  return {
    ended,
    async live(signal) {
      let started = false;
      workers.promise.then(() => {
        started = true;
      });
      while (!(await isLive(options.adminSocket))) {
        const later = pause(clock, askLiveMs, signal);
        await (started ? later : Promise.race([workers.promise, later]));
        signal.throwIfAborted();
      }
    },
    async stop() {
      child.stdin.write('\n');
      const cancel = clock.after(options.graceMs, () => child.stdin.end());
      await ended;
      cancel();
    },
  };
}

function describeEnd(code: number | null, signal: string | null): string {
  if (code === null) return `the guard's ${signal}`;
  const name = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return name ?? `exit code ${code}`;
}
