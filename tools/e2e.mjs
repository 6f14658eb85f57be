// `npm run e2e`: images, a cluster, the chart on it, the scenarios, and everything down again. The last line is
// `N passed, N failed`. Nothing is skipped: what can't run is a failure.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withCluster } from './e2e/cluster.mjs';
import { help, readOptions } from './e2e/options.mjs';
import { scenarioFiles } from './files.mjs';
import { runTests } from './run-tests.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { passThrough } from './setup/process.mjs';
import { duration } from './setup/progress.mjs';
import { cluster, root, setUp, usual } from './setup.mjs';
import { Total } from './total.mjs';

const targets = ['contour', 'envoy', 'kuard'];
const longestScenarioMs = 600_000;
const say = (text) => process.stderr.write(`e2e: ${text}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const total = new Total();
  try {
    const options = await readOptions(args);
    if (options.help) {
      process.stdout.write(help);
      return 0;
    }
    await run(options, total);
  } catch (error) {
    total.fail(error instanceof SetupFailure ? `e2e: ${error.message}` : error.stack);
  }
  return total.close();
}

async function run({ provider, keep, files: selection }, total) {
  const start = performance.now();
  const files = scenarioFiles(root, selection);
  const other = provider === 'local' ? 'kind' : 'local';
  say(`${files.length} files of scenarios; provider ${provider}; ${other} is not run`);
  const steps = provider === 'local' ? cluster : ['kubernetes', 'helm'];
  const { node, env } = await setUp([...usual, ...steps]);
  const folder = await mkdtemp(join(tmpdir(), 'contour-scenarios-'));
  try {
    const archives = await buildImages({ node, env, folder, provider });
    const state = join(folder, 'state.json');
    await withCluster({ node, env, root, state, provider, archives }, async (signal) => {
      const scenarios = { ...env, CONTOUR_E2E: state };
      const how = { node, root, env: scenarios, concurrency: 1, timeoutMs: longestScenarioMs };
      total.add(await runTests(files, how));
      if (keep) await hold(state, signal);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (total.passed + total.failed === 0) throw new SetupFailure('no scenario ran');
  say(`provider ${provider}: ran in ${duration(performance.now() - start)}; provider ${other}: not run`);
}

/** Archives by image name. */
async function buildImages({ node, env, folder, provider }) {
  const archives = new Map();
  // Where there is no Docker there may be no registry of images either.
  const bases = provider === 'local' ? ['--base', 'debian'] : [];
  for (const [index, target] of targets.entries()) {
    const tag = `localhost/${target}:e2e`;
    const archive = join(folder, `${target}.tar`);
    say(`image ${index + 1} of ${targets.length}: ${tag}`);
    const args = ['tools/run.mjs', 'image', '--target', target, '--tag', tag, '--archive', archive, ...bases];
    const code = await passThrough(node, args, { cwd: root, env });
    if (code !== 0) throw new SetupFailure(`${tag} could not be built; the builder's words are above`);
    archives.set(tag, archive);
  }
  return archives;
}

async function hold(state, signal) {
  const { kubectl, kubeconfig, nodeAddress } = JSON.parse(await readFile(state, 'utf8'));
  say(`the cluster stays up until Enter or Ctrl-C; its node is ${nodeAddress}:`);
  say(`  ${kubectl} --kubeconfig=${kubeconfig} get pods --all-namespaces`);
  process.stdin.resume();
  await Promise.race(['data', 'end'].map((event) => once(process.stdin, event, { signal }))).catch(() => {});
  process.stdin.pause();
}
