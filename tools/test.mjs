// `npm test [-- FILE|FOLDER...]`: set-up, lint, types, sizes, then the tests. The last line is `N passed, N failed`.
// Nothing is skipped: a check that fails, a skipped test and a run without tests are failures.
import { join } from 'node:path';
import { checks } from './checks.mjs';
import { groups, testFiles } from './files.mjs';
import { ownNetwork } from './namespace.mjs';
import { runTests } from './run-tests.mjs';
import { cacheRoot } from './setup/cache.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { passThrough } from './setup/process.mjs';
import { root, setUp, usual } from './setup.mjs';
import { Total } from './total.mjs';

const total = new Total();
try {
  await testAll();
} catch (error) {
  total.fail(error instanceof SetupFailure ? `set-up: ${error.message}` : error.stack);
}
process.exitCode = total.close();

async function testAll() {
  const files = testFiles(root, process.argv.slice(2));
  const runs = groups(files);
  const inCluster = runs.some(({ needs }) => needs === 'kubernetes');
  const withHelm = inCluster || files.some((path) => path.startsWith('src/testing/chart/'));
  const { node, env } = await setUp([
    ...usual,
    ...(inCluster ? ['kubernetes'] : []),
    ...(withHelm ? ['helm'] : []),
  ]);
  // Every test file and every contour is a process of its own; compiling the same modules was half of their work.
  env.NODE_COMPILE_CACHE ??= join(cacheRoot(), 'compiled');
  for (const { name, args } of checks) {
    console.log(`> ${name}`);
    const code = await passThrough(node, args, { cwd: root, env });
    if (code !== 0) total.fail(`${name} failed`);
  }
  for (const { files, concurrency, needs } of runs) {
    const where = needs === 'kubernetes' ? networkFor(env) : { env };
    total.add(await runTests(files, { node, root, concurrency, ...where }));
  }
  if (total.passed + total.failed === 0) total.fail('no test ran');
}

function networkFor(env) {
  const { why, ...network } = ownNetwork(env);
  if (why !== undefined) console.log(`tests with an API server use this host's own network (${why})`);
  return network;
}
