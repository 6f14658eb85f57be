// `npm run e2e`: images, a cluster, the chart on it, the scenarios, and everything down again. The last line is
// `N passed, N failed`. Nothing is skipped: what can't run is a failure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scenarioFiles } from './files.mjs';
import { runTests } from './run-tests.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { capture, findProgram, passThrough } from './setup/process.mjs';
import { cluster, root, setUp, usual } from './setup.mjs';

const help = `npm run e2e [-- [--provider local|kind] [--keep] [FILE...]]

Installs the chart on a Kubernetes cluster with pods and checks what users see there.

  --provider local  a node of our own on this machine: root and Debian; the default where Docker is missing
  --provider kind   a cluster by kind in Docker; the default where both are there
  --keep            leave the cluster up until Enter or Ctrl-C, with the command that talks to it
  FILE              scenarios of e2e/install to run; all without
`;
const images = ['contour', 'envoy', 'kuard'];
const scenarioTimeoutMs = 600_000;
const total = { passed: 0, failed: 0 };

try {
  const { values, positionals } = parseArgs({
    options: { provider: { type: 'string' }, keep: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) process.stdout.write(help);
  else await runScenarios(values, positionals);
} catch (error) {
  total.failed += 1;
  const known = error instanceof SetupFailure || String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(known ? `e2e: ${error.message}` : error);
}
process.exitCode = total.failed === 0 ? 0 : 1;
if (!process.argv.includes('--help'))
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);

async function runScenarios({ provider, keep }, selection) {
  const chosen = provider ?? ((await hasKind()) ? 'kind' : 'local');
  if (chosen !== 'local' && chosen !== 'kind')
    throw new SetupFailure(`--provider "${chosen}" is neither local nor kind`);
  const files = scenarioFiles(root, selection);
  if (files.length === 0) throw new SetupFailure('there is no such scenario; e2e/install holds them');
  say(`provider ${chosen}; ${chosen === 'local' ? 'kind' : 'local'} is not run`);
  const steps = chosen === 'local' ? cluster : ['kubernetes', 'helm'];
  const { node, env } = await setUp([...usual, ...steps]);
  const folder = await mkdtemp(join(tmpdir(), 'contour-scenarios-'));
  try {
    const archives = await buildImages({
      node,
      env,
      folder,
      bases: chosen === 'local' ? ['--base', 'debian'] : [],
    });
    const state = join(folder, 'state.json');
    const held = await startCluster({ node, env, state, chosen, archives });
    try {
      const scenarioEnv = { ...env, CONTOUR_E2E: state };
      const run = { node, root, env: scenarioEnv, concurrency: 1, timeoutMs: scenarioTimeoutMs };
      const { passed, failed } = await runTests(files, run);
      total.passed += passed;
      total.failed += failed;
      if (passed + failed === 0) throw new SetupFailure('no scenario ran');
      if (keep) await holdUntilEnter(state);
    } finally {
      await held.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Archives by image. */
async function buildImages({ node, env, folder, bases }) {
  const archives = new Map();
  for (const target of images) {
    const tag = `localhost/${target}:e2e`;
    const archive = join(folder, `${target}.tar`);
    say(`building ${tag}`);
    const args = ['tools/run.mjs', 'image', '--target', target, '--tag', tag, '--archive', archive, ...bases];
    const code = await passThrough(node, args, { cwd: root, env });
    if (code !== 0) throw new SetupFailure(`${tag} could not be built; its output is above`);
    archives.set(tag, archive);
  }
  return archives;
}

/** Resolves when the cluster is ready. It ends with us, whatever ends us: its standard input is ours. */
async function startCluster({ node, env, state, chosen, archives }) {
  const named = [...archives].map(([tag, archive]) => `${tag}=${archive}`);
  const child = spawn(node, ['e2e/install/serve-cluster.ts', chosen, state, ...named], {
    cwd: root,
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
    // A Ctrl-C at the terminal reaches us alone, so that scenarios end before their cluster does.
    detached: true,
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  while (!existsSync(state)) {
    const code = await Promise.race([ended.then(([code]) => code), pause()]);
    if (code !== undefined) throw new SetupFailure(`the cluster did not start (exit code ${code})`);
  }
  return { stop };
}

function pause() {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

async function holdUntilEnter(state) {
  say(`the cluster stays up; what it is: ${state}. Enter or Ctrl-C takes it down`);
  process.stdin.resume();
  await Promise.race([once(process.stdin, 'data'), once(process.stdin, 'end'), once(process, 'SIGINT')]);
  process.stdin.pause();
}

async function hasKind() {
  if (findProgram('kind') === undefined || findProgram('docker') === undefined) return false;
  const version = await capture('docker', ['info', '--format', '{{.ServerVersion}}'], { silent: true }).catch(
    () => '',
  );
  return version.trim() !== '';
}

function say(text) {
  process.stderr.write(`e2e: ${text}\n`);
}
