// Every folder of testdata is a scenario: `in.yaml` (and `flags`) -> `out.yaml` and `out.dot`. A new case is a new
// folder and no code. UPDATE_GOLDEN=1 writes the outputs anew, removes what belongs to no scenario, and writes the CRDs
// and pages of docs that are made from sources.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { generatedFiles } from '../testing/generated-files.ts';
import { orphans, readOutputs, runScenario, scenarios, updateGolden } from '../testing/golden.ts';

const root = join(import.meta.dirname, 'testdata');

if (process.env.UPDATE_GOLDEN === '1') {
  await updateGolden(root);
  const checkout = join(import.meta.dirname, '../..');
  for (const [path, text] of generatedFiles(checkout)) writeFileSync(join(checkout, path), text);
}

describe('golden scenarios', () => {
  for (const name of scenarios(root)) {
    it(name, async () => {
      const expected = readOutputs(join(root, name));
      assert.deepEqual(await runScenario(join(root, name)), expected);
      assert.deepEqual(await runScenario(join(root, name), { reversed: true }), expected, 'in any order');
    });
  }

  it('leave nothing behind', () => assert.deepEqual(orphans(root), []));
});
