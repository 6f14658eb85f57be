import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIsolation } from './isolation.ts';

test('halves come in order, and halves of halves before the rest', () => {
  const isolation = createIsolation();
  isolation.split(['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(isolation.next(), ['a', 'b', 'c']);
  isolation.split(['a', 'b', 'c']);
  assert.deepEqual(isolation.next(), ['a', 'b']);
  assert.deepEqual(isolation.next(), ['c']);
  assert.equal(isolation.has('d'), true);
  isolation.forget('d');
  assert.deepEqual(isolation.next(), ['e']);
  assert.equal(isolation.pending, false);
  assert.deepEqual(isolation.next(), []);
});

test('what did not fit is next', () => {
  const isolation = createIsolation();
  isolation.split(['a', 'b', 'c', 'd']);
  isolation.postpone(isolation.next().slice(1));
  assert.deepEqual(isolation.next(), ['b']);
  assert.deepEqual(isolation.next(), ['c', 'd']);
});
