// The gate sums up two commands, and neither a crash nor a failure of the first hides the second.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'contour-gate-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the gate with an npm that says `words.test` for `npm test`, and `words.e2e` for `npm run e2e`. */
function gate({ test, e2e }) {
  const path = mkdtempSync(join(folder, 'path-'));
  const npm = `#!/bin/sh\ncase "$1" in test) ${test} ;; *) ${e2e} ;; esac\n`;
  writeFileSync(join(path, 'npm'), npm, { mode: 0o755 });
  const env = { PATH: `${path}:${process.env.PATH}` };
  const { status, stdout } = spawnSync(join(import.meta.dirname, '../.ci/run'), { env, encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  return { status, last: lines.at(-1), lines };
}

describe('the gate', () => {
  const fine = 'echo "3 passed, 0 failed"';
  const cases = [
    {
      name: 'both pass',
      test: fine,
      e2e: 'echo "2 passed, 0 failed"',
      last: '5 passed, 0 failed',
      status: 0,
    },
    {
      name: 'the first fails',
      test: 'echo "1 passed, 2 failed"; exit 1',
      e2e: fine,
      last: '4 passed, 2 failed',
    },
    { name: 'the first crashes', test: 'echo half; exit 7', e2e: fine, last: '3 passed, 1 failed' },
    { name: 'the second says nothing', test: fine, e2e: 'true', last: '3 passed, 1 failed' },
    { name: 'a failure that is not counted', test: `${fine}; exit 1`, e2e: fine, last: '6 passed, 1 failed' },
  ];
  test('what failed is named again before the last line', () => {
    const { lines } = gate({
      test: 'echo "failed a.test.ts:1 a: x"; echo "1 passed, 1 failed"; exit 1',
      e2e: fine,
    });
    assert.deepEqual(lines.slice(-2), ['failed a.test.ts:1 a: x', '4 passed, 1 failed']);
  });
  for (const { name, last, status = 1, ...words } of cases) {
    test(name, () => {
      const { lines: _, ...ended } = gate(words);
      assert.deepEqual(ended, { status, last });
    });
  }
});
