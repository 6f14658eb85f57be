import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from './pace.ts';

test('a second after each write; what is longer ago is forgotten', () => {
  let now = 0;
  const pace = new Pace({ now: () => now });
  const [a, b] = ['IngressRoute/shop/a', 'IngressRoute/shop/b'] as const;
  assert.equal(pace.holdMs(a), 0);
  pace.written(a);
  now = 400;
  assert.deepEqual([pace.holdMs(a), pace.holdMs(b)], [600, 0]);
  pace.written(b);
  pace.written(a);
  now = 1_399;
  assert.deepEqual([pace.holdMs(a), pace.holdMs(b)], [1, 1]);
  assert.equal(pace.size, 2);
  now = 1_400;
  assert.deepEqual([pace.holdMs(a), pace.holdMs(b)], [0, 0]);
  pace.written(b);
  assert.equal(pace.size, 1);
});
