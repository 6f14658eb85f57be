import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentenceOf } from './description.ts';
import { type Problem, problems } from './problems.ts';

const a = { kind: 'IngressRoute', namespace: 'shop', name: 'a' };
const missing = problems.DelegateMissing('/', a);
const cases: readonly (readonly [name: string, problem: Problem, sentence: string])[] = [
  ['of a route', problems.NoTarget('/blog'), `route "/blog": ${problems.NoTarget('/blog').message}`],
  [
    'of a route that it names',
    problems.MatchInvalid('/a//b', 'has an empty segment'),
    problems.MatchInvalid('/a//b', 'has an empty segment').message,
  ],
  ['of a route whose name is in it by accident', missing, `route "/": ${missing.message}`],
  ['of no route', problems.RootNamespaceForbidden(), problems.RootNamespaceForbidden().message],
  [
    'fixed: a cycle',
    problems.DelegationCycle('/blog', [a, a]),
    'route creates a delegation cycle: shop/a -> shop/a',
  ],
  ['fixed: fqdn', problems.FqdnTaken('a.com', a), 'fqdn "a.com" is already used by IngressRoute shop/a'],
  [
    'control characters',
    problems.NoTarget('/\n\u001b[2J'),
    `route "/\\u{a}\\u{1b}[2J": ${problems.NoTarget('/').message}`,
  ],
];
for (const [name, problem, sentence] of cases)
  test(`the sentence of a problem ${name}`, () => assert.equal(sentenceOf(problem), sentence));
