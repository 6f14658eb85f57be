// The cluster of the scenarios: a process of its own, which takes it down when it ends or when we do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { SetupFailure } from '../setup/failure.mjs';

const longestStopMs = 120_000;

/**
 * Runs `work` while the cluster stands; `archives` are files by image name, and the file `state` says what the cluster is.
 * A signal reaches `work` by its AbortSignal. The cluster is down when this resolves or rejects.
 */
export async function withCluster({ node, env, root, state, provider, archives }, work) {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new SetupFailure('interrupted'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  const named = [...archives].map(([image, archive]) => `${image}=${archive}`);
  const child = spawn(node, ['e2e/install/serve-cluster.ts', provider, state, ...named], {
    cwd: root,
    env,
    // Its standard input ends with us, whatever ends us.
    stdio: ['pipe', 'inherit', 'inherit'],
    // A Ctrl-C at the terminal reaches us alone, so that scenarios end before their cluster does.
    detached: true,
  });
  child.stdin.on('error', () => {}); // It has ended; its exit code tells.
  const ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
  try {
    await whenReady({ state, ended, signal: interruption.signal });
    return await work(interruption.signal);
  } finally {
    await stop(child, ended);
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function whenReady({ state, ended, signal }) {
  while (!existsSync(state)) {
    signal.throwIfAborted();
    const code = await Promise.race([ended, pause(100)]);
    if (code !== undefined)
      throw new SetupFailure(`the cluster did not start (${code}); its words are above`);
  }
}

async function stop(child, ended) {
  child.stdin.end();
  const late = new AbortController();
  const patience = pause(longestStopMs, 'late', { signal: late.signal }).catch(() => {});
  if ((await Promise.race([ended, patience])) === 'late') {
    process.stderr.write('e2e: the cluster does not end, and is killed; the next run removes what it left\n');
    child.kill('SIGKILL');
    await ended;
  }
  late.abort();
}
