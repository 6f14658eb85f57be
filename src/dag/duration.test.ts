import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from './duration.ts';

const readable: readonly (readonly [text: string, ms: number])[] = [
  ['0', 0],
  ['0s', 0],
  ['300ms', 300],
  ['1.5s', 1_500],
  ['.5s', 500],
  ['1.s', 1_000],
  ['+2m', 120_000],
  ['1h30m', 5_400_000],
  ['1m1s1ms', 61_001],
  ['10us', 1],
  ['10µs', 1],
  ['1ns', 1],
  ['999999999h', 315_360_000_000],
];
for (const [text, ms] of readable) test(`${text} is ${ms} ms`, () => assert.equal(durationMs(text), ms));

for (const text of ['', '5', '5 s', '-1s', '1d', 's', '1s ', '1,5s', '1e3s', '.s', `${'9'.repeat(400)}`])
  test(`"${text.slice(0, 10)}" is no duration`, () => assert.equal(durationMs(text), undefined));
