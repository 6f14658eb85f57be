// Other programs: finding them, running them, and ending them with us.
import { spawn } from 'node:child_process';
import { accessSync, constants as files, statSync } from 'node:fs';
import { constants as system } from 'node:os';
import { delimiter, join } from 'node:path';
import { SetupFailure } from './failure.mjs';

const tailLines = 30;

/** The path of the program `name`, or undefined. */
export function findProgram(name, env = process.env) {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** Is this a file that we may execute? */
export function isProgram(path) {
  try {
    accessSync(path, files.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs to the end and returns what it printed to stdout. If it fails, the end of its output goes to stderr (unless
 * `silent`) and a SetupFailure says which command it was.
 */
export async function capture(command, args, { silent = false, ...options } = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const end = await ended(child);
  if (end.code === 0) return stdout;
  const tail = output.trimEnd().split('\n').slice(-tailLines).join('\n');
  if (tail !== '' && !silent) process.stderr.write(`${tail}\n`);
  const how = end.error?.message ?? (end.signal === null ? `exit code ${end.code}` : `signal ${end.signal}`);
  throw new SetupFailure(`${[command, ...args].join(' ')} failed: ${how}`);
}

/** Runs with our terminal and hands our signals on. The exit code as a shell would tell it. */
export async function passThrough(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  // A terminal sends its interrupt to the whole group, so the child has it already. One that was sent to us alone goes
  // on as SIGTERM: programs at a terminal may leave interrupts to their own children.
  const forward = (signal) => {
    if (signal !== 'SIGINT') child.kill(signal);
    else if (process.stdin.isTTY !== true) child.kill('SIGTERM');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  const end = await ended(child);
  for (const signal of signals) process.off(signal, forward);
  if (end.error !== undefined) throw end.error;
  return end.code ?? 128 + system.signals[end.signal];
}

function ended(child) {
  const kill = () => child.kill();
  process.once('exit', kill);
  return new Promise((resolve) => {
    const finish = (end) => {
      process.off('exit', kill);
      resolve(end);
    };
    child.once('error', (error) => finish({ code: null, signal: null, error }));
    child.once('close', (code, signal) => finish({ code, signal }));
  });
}
