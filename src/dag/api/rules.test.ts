// What a server refuses by the schema fails by the graph as well: an old CRD or a folder makes no difference.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGraphWorld } from '../../testing/graph-world.ts';
import * as manifests from '../../testing/manifests.ts';
import { refused, taken } from './testing/rules.ts';

function codesOf(spec: object): readonly string[] {
  const world = createGraphWorld();
  const object = { ...manifests.ingressRoute('a/x'), spec };
  const delta = world.settle(...[object, manifests.service('a/web')].map(manifests.applied));
  const verdict = delta.verdicts.get('IngressRoute/a/x');
  return (verdict?.problems ?? []).filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

describe('refused by the server, invalid without it', () => {
  for (const { name, spec, code } of refused)
    test(name, () => assert.ok(codesOf(spec).includes(code), codesOf(spec).join()));
});

const codesOfRules = new Set(refused.map(({ code }) => code));
describe('taken by the server, and without the problem of a rule', () => {
  for (const [name, spec] of taken)
    test(name, () =>
      assert.deepEqual(
        codesOf(spec).filter((code) => codesOfRules.has(code)),
        [],
      ),
    );
});
