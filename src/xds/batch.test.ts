import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatch } from './batch.ts';
import { type Resource, versionOf } from './resource.ts';

const type = 'example.com/Scope';
const resource = (name: string, content: string): Resource => {
  const bytes = new TextEncoder().encode(content);
  return { type, name, bytes, version: versionOf(bytes), requires: [] };
};

test('a batch keeps the last word on each name', () => {
  const batch = createBatch();
  const newest = resource('a', 'two');
  const back = resource('c', 'back');
  batch.add({ set: [resource('a', 'one'), resource('b', 'one')], remove: [{ type, name: 'c' }] });
  batch.add({ set: [newest, back], remove: [{ type, name: 'b' }] });
  assert.deepEqual(batch.take(), { set: [newest, back], remove: [{ type, name: 'b' }] });
  assert.deepEqual(batch.take(), { set: [], remove: [] });
});

test('names of different types are different', () => {
  const batch = createBatch();
  const a = resource('a', 'one');
  batch.add({ set: [a], remove: [{ type: 'example.com/Cluster', name: 'a' }] });
  assert.deepEqual(batch.take(), { set: [a], remove: [{ type: 'example.com/Cluster', name: 'a' }] });
});
