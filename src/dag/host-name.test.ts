import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactHost, ruleHost } from './host-name.ts';

const long = `${'a'.repeat(63)}.`.repeat(4);

const names: readonly [text: string, exact: string | undefined, rule: string | undefined][] = [
  ['a.com', 'a.com', 'a.com'],
  ['A.Com', 'a.com', 'a.com'],
  [' a.com ', undefined, 'a.com'],
  ['a-1', 'a-1', 'a-1'],
  ['*.a.com', undefined, '*.a.com'],
  ['*.A.com', undefined, '*.a.com'],
  ['*', undefined, '*'],
  ['', undefined, '*'],
  ['*.*.a.com', undefined, undefined],
  ['a.*.com', undefined, undefined],
  ['*a.com', undefined, undefined],
  ['a.com:80', undefined, undefined],
  ['a.com.', undefined, undefined],
  ['a..com', undefined, undefined],
  ['-a.com', undefined, undefined],
  ['a_b.com', undefined, undefined],
  ['ä.com', undefined, undefined],
  // The Kelvin sign, whose lower case is an ASCII letter.
  ['\u212a.com', undefined, undefined],
  ['a.com\nb.com', undefined, undefined],
  ['a.com/b', undefined, undefined],
  [long.slice(0, 253), long.slice(0, 253), long.slice(0, 253)],
  [`${long.slice(0, 253)}a`, undefined, undefined],
  [`${'a'.repeat(64)}.com`, undefined, undefined],
];

for (const [text, exact, rule] of names) {
  test(`host name ${JSON.stringify(text.slice(0, 20))}`, () => {
    assert.equal(exactHost(text), exact);
    assert.equal(ruleHost(text), rule);
  });
}
