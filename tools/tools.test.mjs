// The counting and the size check can fail.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { groups, testFiles } from './files.mjs';
import { ownNetwork } from './namespace.mjs';
import { runTests } from './run-tests.mjs';
import { usual } from './setup.mjs';
import { sizeMistakes, summary } from './size.mjs';

const root = join(import.meta.dirname, '..');

describe('counting', () => {
  const head = "import { describe, test } from 'node:test';\n";
  const cases = [
    {
      name: 'passing',
      text: "describe('s', () => { test('a', () => {}); test('b', () => {}); });",
      passed: 2,
      failed: 0,
    },
    {
      name: 'failing',
      text: "describe('s', () => { test('a', () => {}); test('b', () => { throw new Error('x\\ny'); }); });",
      passed: 1,
      failed: 1,
      told: /^failed \S*case\.test\.mjs:2 b: x y$/,
    },
    {
      name: 'skipped',
      text: "test.skip('a', () => {}); describe.skip('s', () => { test('b', () => {}); });",
      passed: 0,
      failed: 2,
    },
    { name: 'todo', text: "test('a', { todo: true }, () => {}); test('b', () => {});", passed: 1, failed: 1 },
    { name: 'no test', text: '', passed: 0, failed: 1 },
    { name: 'a crash at the start', text: "throw new Error('x');", passed: 0, failed: 1 },
    {
      name: 'a crash afterwards',
      text: "test('a', () => {}); process.on('exit', () => { process.exitCode = 3; });",
      passed: 1,
      failed: 1,
    },
    {
      name: 'a failing hook',
      text: "import { before } from 'node:test'; describe('s', () => { before(() => { throw new Error('x'); }); test('a', () => {}); });",
      passed: 0,
      failed: 2,
    },
  ];
  for (const { name, text, passed, failed, told } of cases) {
    test(name, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'contour-counting-'));
      try {
        const file = join(folder, 'case.test.mjs');
        await writeFile(file, head + text);
        // The runner refuses to run inside itself unless this is unset.
        const { NODE_TEST_CONTEXT: _, ...env } = process.env;
        const options = { node: process.execPath, env, root, concurrency: 1, write: () => {} };
        const outcome = await runTests([file], options);
        assert.deepEqual([outcome.passed, outcome.failures.length], [passed, failed]);
        if (told !== undefined) assert.match(outcome.failures.join(), told);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});

describe('sizes', () => {
  const files = (...lines) => lines.map((count, index) => ({ path: `src/${index}.ts`, lines: count }));
  test('within the limits', () => assert.deepEqual(sizeMistakes(files(10, 120, 300, 20)), []));
  test('one file too long', () =>
    assert.match(sizeMistakes(files(...Array(20).fill(10), 501)).join(), /src\/20\.ts has 501 lines/));
  test('the median too high', () =>
    assert.match(sizeMistakes(files(121, 121, 10)).join(), /median of source files is 121/));
  test('a tenth too long', () =>
    assert.match(
      sizeMistakes(files(...Array(8).fill(10), 301, 301)).join(),
      /tenth of source files has 301/,
    ));
  test('tests are a group of their own', () => {
    assert.match(
      sizeMistakes([{ path: 'src/a.test.ts', lines: 501 }]).join(),
      /src\/a\.test\.ts has 501 lines/,
    );
  });
  test('ranks', () => assert.deepEqual(summary(files(1, 2, 3, 4)), { files: 4, median: 2, p90: 4, max: 4 }));
});

describe('selection', () => {
  test('all test files', () => assert.ok(testFiles(root).includes('tools/tools.test.mjs')));
  test('a folder', () =>
    assert.ok(testFiles(root, ['src/dag']).every((path) => path.startsWith('src/dag/'))));
  test('a file', () =>
    assert.deepEqual(testFiles(root, ['./tools/tools.test.mjs']), ['tools/tools.test.mjs']));
  test('nothing', () => assert.deepEqual(testFiles(root, ['src/nowhere']), []));
  test('every file runs in one group, and only those with an API server need one', () => {
    const files = ['e2e/b.test.ts', 'e2e/cluster/a.test.ts', 'src/c.test.ts', 'tools/d.test.mjs'];
    const runs = groups(files);
    assert.deepEqual(runs.flatMap((run) => run.files).sort(), files);
    const needs = runs.filter((run) => run.needs !== undefined).map((run) => run.files);
    assert.deepEqual(needs, [['e2e/cluster/a.test.ts']]);
    assert.deepEqual(groups(['src/c.test.ts']).length, 1);
  });
  test('who starts the quickstart builds no Kubernetes', () => assert.ok(!usual.includes('kubernetes')));
});

describe('a network of its own', () => {
  test('has the address that is told, where that is allowed; else the host is used, with a reason', () => {
    const { prefix, env, why } = ownNetwork({ PATH: process.env.PATH });
    if (why !== undefined) {
      assert.deepEqual([prefix, env.CONTOUR_TEST_ADDRESS], [[], undefined]);
      return;
    }
    const program = `console.log(Object.values(os.networkInterfaces()).flat().map(({ address }) => address).join())`;
    const [command, ...args] = [...prefix, process.execPath, '-e', program];
    const { stdout } = spawnSync(command, args, { env, encoding: 'utf8' });
    assert.ok(stdout.trim().split(',').includes(env.CONTOUR_TEST_ADDRESS), stdout);
  });
  test('is not there without its programs', () => {
    const { prefix, why } = ownNetwork({ PATH: '/nowhere' });
    assert.deepEqual(prefix, []);
    assert.match(why, /unshare/);
  });
  test('is not made for who names an address', () => {
    const { prefix, env } = ownNetwork({ PATH: process.env.PATH, CONTOUR_TEST_ADDRESS: '192.0.2.1' });
    assert.deepEqual([prefix, env.CONTOUR_TEST_ADDRESS], [[], '192.0.2.1']);
  });
});
