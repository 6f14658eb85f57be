import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equal } from './equal.ts';

const bytes = (...values: number[]) => new Uint8Array(values);

const pairs: readonly [a: unknown, b: unknown, expected: boolean][] = [
  [1, 1, true],
  [Number.NaN, Number.NaN, true],
  [1, '1', false],
  [null, undefined, false],
  [null, {}, false],
  [{ a: undefined }, {}, true],
  [{}, { a: undefined }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [[], {}, false],
  [{}, [], false],
  [bytes(1, 2), bytes(1, 2), true],
  [bytes(1, 2), bytes(1, 3), false],
  [bytes(1), [1], false],
  [new Map([['a', bytes(1)]]), new Map([['a', bytes(1)]]), true],
  [new Map([['a', 1]]), new Map([['b', 1]]), false],
  [
    new Map([['a', 1]]),
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
    false,
  ],
  [new Map(), {}, false],
  [{}, new Map(), false],
];

for (const [index, [a, b, expected]] of pairs.entries()) {
  test(`equal ${index}: ${expected}`, () => {
    assert.equal(equal(a, b), expected);
  });
}
