// Runs test files under node:test and counts what comes of them.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupFailure } from './setup/failure.mjs';

const usualTimeoutMs = 120_000;
const silenceMs = 300_000;

/**
 * Runs the files, `concurrency` at a time, and prints the report. A run that says nothing for five minutes is stopped;
 * the runner then names the files that hang. `prefix` comes before the command. Returns how many passed, and a line for
 * each failure: `failed FILE:LINE NAME: ERROR`. A runner that fails by itself is one.
 */
export async function runTests(
  files,
  {
    node,
    env,
    root,
    concurrency,
    timeoutMs = usualTimeoutMs,
    prefix = [],
    write = (text) => process.stdout.write(text),
  },
) {
  if (files.length === 0) return { passed: 0, failures: [] };
  const folder = await mkdtemp(join(tmpdir(), 'contour-tests-'));
  const counts = join(folder, 'counts');
  const reporters = ['spec', 'stdout', join(root, 'tools/count.mjs'), counts];
  const args = [
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${timeoutMs}`,
    ...reporters.map((value, index) => `--test-reporter${index % 2 === 0 ? '' : '-destination'}=${value}`),
    ...files,
  ];
  try {
    const [command, ...rest] = [...prefix, node, ...args];
    const child = spawn(command, rest, {
      cwd: root,
      env: coloured(env),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const code = await watched(child, write);
    const outcomes = (await readFile(counts, 'utf8').catch(() => '')).split('\n');
    const passed = outcomes.filter((outcome) => outcome === 'passed').length;
    const failures = outcomes.filter((outcome) => outcome.startsWith('failed '));
    if (code !== 0 && failures.length === 0)
      failures.push(`failed the test runner ended with ${code ?? 'a signal'}`);
    return { passed, failures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Passes the child's output and our signals on; ends a silent child. Its exit code, or null after a signal. */
function watched(child, write) {
  let interrupted = false;
  const end = () => child.kill('SIGTERM');
  const onSignal = () => {
    interrupted = true;
    end();
  };
  const onSilence = () => {
    console.error(`no test ended for ${silenceMs / 60_000} minutes: stopped`);
    end();
  };
  let silence = setTimeout(onSilence, silenceMs);
  child.stdout.on('data', (text) => {
    write(text);
    clearTimeout(silence);
    silence = setTimeout(onSilence, silenceMs);
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(silence);
      for (const signal of signals) process.off(signal, onSignal);
      if (interrupted) reject(new SetupFailure('interrupted'));
      else resolve(code);
    });
  });
}

const coloured = (env) => (process.stdout.isTTY === true ? { FORCE_COLOR: '1', ...env } : env);
