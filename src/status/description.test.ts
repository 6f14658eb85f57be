import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Problem, problems } from '../dag/problems.ts';
import { describe } from './description.ts';

const a = { kind: 'IngressRoute', namespace: 'shop', name: 'a' };
const cases: readonly (readonly [name: string, problems: readonly Problem[], description: string])[] = [
  ['no problem', [], 'valid IngressRoute'],
  ['a warning', [problems.MatchEnding('/blog*')], 'valid IngressRoute'],
  ['of a route', [problems.NoTarget('/blog')], `route "/blog": ${problems.NoTarget('/blog').message}`],
  ['of a route that it names', [problems.MatchInvalid('/a//b', 'has an empty segment')], ''],
  [
    'of a route whose name is in it by accident',
    [problems.DelegateMissing('/', a)],
    `route "/": ${problems.DelegateMissing('/', a).message}`,
  ],
  ['of no route', [problems.RootNamespaceForbidden()], ''],
  [
    'fixed: a cycle',
    [problems.DelegationCycle('/blog', [a, a])],
    'route creates a delegation cycle: shop/a -> shop/a',
  ],
  ['fixed: fqdn', [problems.FqdnTaken('a.com', a)], 'fqdn "a.com" is already used by IngressRoute shop/a'],
  [
    'control characters',
    [problems.NoTarget('/\n\u001b[2J')],
    `route "/\\u{a}\\u{1b}[2J": ${problems.NoTarget('/').message}`,
  ],
];
for (const [name, found, expected] of cases) {
  test(`the description of a problem: ${name}`, () => {
    const [first] = found;
    const description = first?.severity === 'error' ? first.message : 'valid IngressRoute';
    assert.equal(describe({ description, problems: found }), expected || description);
  });
}

test('an orphan says so, whatever else is wrong with it', () => {
  const description = problems.Orphaned().message;
  assert.equal(
    describe({ description, problems: [problems.NoTarget('/'), problems.Orphaned()] }),
    description,
  );
});
