// Which test files a command line means.
import { readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { SetupFailure } from './setup/failure.mjs';

const folders = ['src', 'tools', 'bench', 'e2e'];
/** Scenarios on a cluster with pods: `npm run e2e` runs them. */
const scenarios = 'e2e/install/';

/** Test files of the checkout, sorted. A selection names files or folders, relative to the checkout; none means all. */
export function testFiles(root, selection = []) {
  const wanted = selection.map((path) => relative(root, resolve(root, path)));
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
    )
    .filter((path) => /\.test\.(ts|mjs)$/.test(path) && !isScenario(path))
    .filter(
      (path) =>
        wanted.length === 0 ||
        wanted.some((prefix) => path === prefix || prefix === '' || path.startsWith(`${prefix}/`)),
    )
    .sort();
}

/** Those of `npm run e2e`, sorted; names of files choose some. A name of none is a SetupFailure. */
export function scenarioFiles(root, selection = []) {
  const wanted = selection.map((path) => relative(root, resolve(root, path)));
  const all = readdirSync(join(root, scenarios))
    .map((name) => join(scenarios, name))
    .filter((path) => path.endsWith('.test.ts'));
  const unknown = wanted.find((path) => !all.includes(path));
  if (unknown !== undefined)
    throw new SetupFailure(`there is no scenario ${unknown}; there are: ${all.join(' ')}`);
  return all.filter((path) => wanted.length === 0 || wanted.includes(path)).sort();
}

/** Tests of the scenarios' own kit need no cluster. */
const isScenario = (path) => dirname(path) === dirname(join(scenarios, 'x'));

/** The groups that run one after the other, with what each needs. Every file is in one of them. */
export function groups(files) {
  const cluster = (path) => path.startsWith('e2e/cluster/');
  const envoy = (path) => path.startsWith('e2e/') && !cluster(path);
  return [
    { files: files.filter((path) => !path.startsWith('e2e/')), concurrency: 2 },
    // Real Envoys one file at a time: they share two cores with the load that tests put on them.
    { files: files.filter(envoy), concurrency: 1 },
    // Real API servers, too; they need Kubernetes, and an address that is not loopback.
    { files: files.filter(cluster), concurrency: 1, needs: 'kubernetes' },
  ].filter((group) => group.files.length > 0);
}
