import assert from 'node:assert/strict';
import { test } from 'node:test';
import { impossiblePath, liesUnder } from './path.ts';

const possible = ['/', '/blog', '/blog/', '/a..b', '/.well-known/x', '/a%20b', '/a;b=c', '/...'];
const impossible = [
  '',
  'blog',
  '//',
  '/a//b',
  '/a/../b',
  '/..',
  '/a/.',
  '/a?b',
  '/a#b',
  '/a\\b',
  '/a b',
  '/ä',
  '/\n',
];

for (const path of possible) test(`possible: ${path}`, () => assert.equal(impossiblePath(path), undefined));
for (const path of impossible) {
  test(`impossible: ${JSON.stringify(path)}`, () => assert.equal(typeof impossiblePath(path), 'string'));
}

const under: readonly (readonly [prefix: string, path: string, expected: boolean])[] = [
  ['/blog', '/blog', true],
  ['/blog', '/blog/', true],
  ['/blog', '/blog/x', true],
  ['/blog', '/blogger', false],
  ['/blog/', '/blog/x', true],
  ['/blog/', '/blog', false],
  ['/', '/x', true],
  ['/a/b', '/a', false],
];
for (const [prefix, path, expected] of under) {
  test(`${path} under ${prefix}: ${expected}`, () => assert.equal(liesUnder(prefix, path), expected));
}
