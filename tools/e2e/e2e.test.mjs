// What `npm run e2e` says before it starts anything.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { scenarioFiles, testFiles } from '../files.mjs';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'contour-runner-'));
after(() => rmSync(folder, { recursive: true }));

/** `programs`: scripts in a PATH that has nothing else. */
function e2e(args, programs = {}) {
  const path = mkdtempSync(join(folder, 'path-'));
  for (const [name, body] of Object.entries(programs))
    writeFileSync(join(path, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  const env = { PATH: path, XDG_CACHE_HOME: folder };
  return spawnSync(process.execPath, [join(root, 'tools/e2e.mjs'), ...args], { env, encoding: 'utf8' });
}

test('--help explains, and is no failure', () => {
  const { status, stdout, stderr } = e2e(['--help']);
  assert.deepEqual([status, stderr], [0, '']);
  for (const option of ['--provider', '--keep', 'FILE']) assert.ok(stdout.includes(option));
});

describe('a mistake is a failure with the remedy', () => {
  const docker = { docker: 'exit 1', kind: 'exit 0' };
  const cases = [
    { args: ['--wrong'], says: /^e2e: Unknown option '--wrong'.*--help/ },
    { args: ['--provider', 'cloud'], says: /^e2e: --provider must be local or kind, not "cloud"\n$/ },
    {
      args: ['--provider', 'local', 'x.test.ts'],
      says: /^e2e: there is no scenario x\.test\.ts; there are: .*e2e\/install\/node/,
    },
    { args: ['--provider', 'kind'], says: /^e2e: docker and kind cannot be found: .* --provider local\n$/ },
    { args: ['--provider', 'kind'], programs: docker, says: /^e2e: Docker does not answer .*start it/ },
  ];
  for (const { args, programs, says } of cases) {
    test(`${args.join(' ')} ${Object.keys(programs ?? {})}`, () => {
      const { status, stdout, stderr } = e2e(args, programs);
      assert.match(stderr, says);
      assert.equal(status, 1);
      assert.match(stdout, /^failed e2e: .*\n0 passed, 1 failed\n$/);
    });
  }
});

describe('scenarios', () => {
  test('are run by this command alone; tests of their kit are not among them', () => {
    const scenarios = scenarioFiles(root);
    assert.ok(scenarios.includes('e2e/install/node.test.ts'));
    assert.ok(scenarios.every((path) => !testFiles(root).includes(path)));
    assert.ok(testFiles(root).includes('e2e/install/provider/kind.test.ts'));
  });
  test('are chosen by file', () =>
    assert.deepEqual(scenarioFiles(root, ['./e2e/install/node.test.ts']), ['e2e/install/node.test.ts']));
});
