// `npm test [-- FILE|FOLDER...]`: set-up, lint, types, sizes, then the tests. The last line is `N passed, N failed`.
// Nothing is skipped: a check that fails, a skipped test and a run without tests are failures.
import { checks } from './checks.mjs';
import { testFiles } from './files.mjs';
import { runTests } from './run-tests.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { passThrough } from './setup/process.mjs';
import { root, setUp } from './setup.mjs';

const total = { passed: 0, failed: 0 };
try {
  await testAll();
} catch (error) {
  total.failed += 1;
  console.error(error instanceof SetupFailure ? `set-up: ${error.message}` : error);
}
process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);

async function testAll() {
  const { node, env } = await setUp();
  for (const { name, args } of checks) {
    console.log(`> ${name}`);
    const code = await passThrough(node, args, { cwd: root, env });
    if (code !== 0) fail(`${name} failed`);
  }
  const files = testFiles(root, process.argv.slice(2));
  const needEnvoy = (path) => path.startsWith('e2e/');
  // Real Envoys one file at a time: they share two cores with the load that tests put on them.
  const runs = [
    { files: files.filter((path) => !needEnvoy(path)), concurrency: 2 },
    { files: files.filter(needEnvoy), concurrency: 1 },
  ];
  for (const run of runs) {
    const { passed, failed } = await runTests(run.files, { node, env, root, concurrency: run.concurrency });
    total.passed += passed;
    total.failed += failed;
  }
  if (total.passed + total.failed === 0) fail('no test ran');
}

function fail(why) {
  total.failed += 1;
  console.error(why);
}
