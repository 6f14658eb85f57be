// Every problem of the catalogue comes of a scenario, and none of them touches anything but its own piece.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { problems } from '../dag/problems.ts';
import { assertContained, findingsOf } from '../testing/containment.ts';
import { readScenario, scenarios } from '../testing/golden.ts';
import { codesIn } from '../testing/problem-page.ts';

const root = join(import.meta.dirname, 'testdata');

/** What no translation of objects can bring about, and the test that does with the words by which it looks. */
const elsewhere: Readonly<Record<string, readonly [file: string, words: string]>> = {
  EnvoyRefused: ['e2e/refused.test.ts', 'assert.match(description, /RE2 program size/)'],
  // A scenario would have to hold half a megabyte of certificates.
  ValidationTooLarge: ['src/dag/cluster.test.ts', "codesFor(subject).includes('ValidationTooLarge')"],
};

describe('every code of the catalogue', () => {
  const outputs = scenarios(root).map((name) => readFileSync(join(root, name, 'out.yaml'), 'utf8'));
  const told = new Set(outputs.flatMap((output) => [...codesIn(output)]));

  test('is in the statuses of a scenario', () => {
    const missing = Object.keys(problems).filter((code) => !told.has(code) && elsewhere[code] === undefined);
    assert.deepEqual(missing, []);
    assert.deepEqual(
      [...told].filter((code) => !Object.hasOwn(problems, code)),
      [],
    );
  });

  for (const [code, [file, words]] of Object.entries(elsewhere)) {
    test(`${code}: ${file}`, () => {
      assert.ok(!told.has(code), 'it needs no exception');
      assert.ok(readFileSync(join(import.meta.dirname, '../..', file), 'utf8').includes(words));
    });
  }
});

describe('without what is wrong, all else is the same', async () => {
  for (const name of scenarios(root)) {
    const scenario = await readScenario(join(root, name));
    for (const finding of findingsOf(scenario)) {
      const { kind, namespace, problem } = finding;
      const piece = `${kind} ${namespace}/${finding.name} ${problem.route ?? ''}`.trim();
      test(`${name}: ${problem.code} of ${piece}`, () => assertContained(scenario, finding));
    }
  }
});

test('the comparison can fail: without the winner of a host its losers serve', async () => {
  const scenario = await readScenario(join(root, 'ownership-conflict'));
  const winner = { kind: 'IngressRoute', namespace: 'owner', name: 'first', problem: problems.NoRoutes() };
  assert.throws(() => assertContained(scenario, winner), assert.AssertionError);
});
