// A program beside the benchmark: its log, its end, its CPU time and memory. The kernel ends it when we end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { now, type Session } from './session.ts';

export interface Program extends AsyncDisposable {
  /** Process id: of the program itself, no shell between. */
  readonly pid: number;
  /** When it was started, on the clock of `now`. */
  readonly startedAt: number;
  /** User and system time so far, all threads, in milliseconds; in steps of 10. */
  cpu(): number;
  /** The same of the threads that run now, without steps: for the time of one operation. */
  cpuOfThreads(): number;
  memory(): Memory;
}

/** Resident memory in MiB. */
export interface Memory {
  readonly now: number;
  readonly peak: number;
}

export interface ProgramOptions {
  readonly name: string;
  readonly command: readonly string[];
  /** Standard output goes to the log with standard error, or nowhere (access logs). */
  readonly stdout?: 'log' | 'ignore';
  /** How long it may take to end by itself, in milliseconds; 0 if nothing of it is of use later. Default 10,000. */
  readonly grace?: number;
}

/** Starts it. If it ends before it is disposed of, the session fails with the end of its log. */
export function startProgram(session: Session, options: ProgramOptions): Program {
  const { name, command, stdout = 'log', grace = 10_000 } = options;
  const file = join(session.directory, `${name}.log`);
  const log = openSync(file, 'w');
  const startedAt = now();
  // In a process group of its own, so that a Ctrl-C reaches us alone.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
    stdio: ['ignore', stdout === 'log' ? log : 'ignore', log],
    detached: true,
  });
  closeSync(log);
  const ended = once(child, 'exit').catch((error: Error) => [error.message, null]);
  let wanted = false;
  ended.then(([code, signal]) => {
    if (!wanted)
      session.fail(new Error(`${name} ended (${signal ?? code}); its last words:\n${lastWords(file)}`));
  });
  const pid = child.pid ?? 0;
  return {
    pid,
    startedAt,
    cpu: () => cpuOf(pid),
    cpuOfThreads: () => cpuOfThreads(pid),
    memory: () => memoryOf(pid),
    async [Symbol.asyncDispose]() {
      wanted = true;
      if (child.exitCode !== null || child.signalCode !== null || pid === 0) return;
      if (grace > 0) child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), grace);
      await ended;
      clearTimeout(late);
    },
  };
}

/** The scheduler counts in nanoseconds, a thread at a time (proc_pid_schedstat(5)). */
function cpuOfThreads(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const times = readdirSync(tasks).map((task) =>
    Number(readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, time) => sum + time, 0) / 1e6;
}

/** utime and stime of proc_pid_stat(5), in ticks of 10 ms on every Linux that Node runs on. */
function cpuOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before the last parenthesis may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (field: string) =>
    Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1]) / 1024);
  return { now: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
}

function lastWords(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15);
  return lines.map((line) => `  ${line.slice(0, 400)}`).join('\n');
}
