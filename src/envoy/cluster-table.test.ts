// When a cluster exists.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster } from '../dag/model.ts';
import { ClusterTable } from './cluster-table.ts';
import { clusterName } from './names.ts';
import { cluster } from './testing/fixtures.ts';

const [a, b] = [cluster('a'), cluster('b')];
const named = (...clusters: readonly Cluster[]) =>
  new Map(clusters.map((each) => [clusterName(each), each] as const));
const settled = (table: ClusterTable) => {
  const { added, removed } = table.settle();
  return { added: added.map(({ service }) => service), removed: removed.map(({ service }) => service) };
};
const nothing = { added: [], removed: [] };

test('a cluster exists from its first holder to its last', () => {
  const table = new ClusterTable();
  table.use('one', named(a));
  table.use('two', named(a, b));
  assert.deepEqual(settled(table), { added: ['a', 'b'], removed: [] });
  table.use('one', named());
  assert.deepEqual(settled(table), nothing);
  table.use('two', named());
  assert.deepEqual(settled(table), { added: [], removed: ['a', 'b'] });
});

test('holding the same again changes nothing', () => {
  const table = new ClusterTable();
  table.use('one', named(a));
  table.settle();
  table.use('one', named(a));
  assert.deepEqual(settled(table), nothing);
});

test('passing from one holder to another, in either order, changes nothing', () => {
  const table = new ClusterTable();
  table.use('one', named(a));
  table.settle();
  table.use('one', named());
  table.use('two', named(a));
  assert.deepEqual(settled(table), nothing);
  table.use('one', named(a));
  table.use('two', named());
  assert.deepEqual(settled(table), nothing);
});

test('what comes and goes before it is settled never was', () => {
  const table = new ClusterTable();
  table.use('one', named(a));
  table.use('one', named());
  assert.deepEqual(settled(table), nothing);
});

test('a cluster can be kept by name, and brought back while it is remembered', () => {
  const table = new ClusterTable();
  table.use('new', named(a));
  table.keep('good', [clusterName(a)]);
  table.use('new', named(b));
  assert.deepEqual(settled(table), { added: ['a', 'b'], removed: [] });
  table.keep('good', [clusterName(b)]);
  assert.deepEqual(settled(table), { added: [], removed: ['a'] });
  table.keep('good', [clusterName(a), 'never/was/80/here']);
  assert.deepEqual(settled(table), { added: ['a'], removed: [] });
});

test('memory of clusters out of use is bounded', () => {
  const table = new ClusterTable();
  const many = Array.from({ length: 3000 }, (_, index) => cluster(`s${index}`));
  for (const each of many) table.use('one', named(each));
  table.settle();
  table.keep('two', many.map(clusterName));
  assert.ok(table.settle().added.length <= 1000);
});

test('clusters in use are found by their Service', () => {
  const table = new ClusterTable();
  const admin = cluster('a', { port: 81 });
  table.use('one', named(a, admin, b));
  assert.deepEqual([...table.ofService('shop/a')], []);
  table.settle();
  assert.deepEqual([...table.ofService('shop/a')], [a, admin]);
  table.use('one', named(admin));
  table.settle();
  assert.deepEqual([...table.ofService('shop/a')], [admin]);
  assert.deepEqual([...table.ofService('shop/b')], []);
});
