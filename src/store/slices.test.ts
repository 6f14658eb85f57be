// Which slices a Service has, as they come, go and change hands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndpointSlice } from '../dag/objects.ts';
import { SliceIndex } from './slices.ts';

const slice = (name: string, service: string, namespace = 'a'): EndpointSlice => ({
  ...{ kind: 'EndpointSlice', namespace, name, service, ports: [], endpoints: [] },
  ...{ created: undefined, generation: undefined, uid: undefined, resourceVersion: undefined },
  annotations: new Map(),
});

function indexOf(...slices: readonly EndpointSlice[]): SliceIndex {
  const index = new SliceIndex();
  for (const one of slices) index.replace(undefined, one);
  return index;
}

const names = (index: SliceIndex, service: string, namespace = 'a') =>
  index.of(namespace, service).map(({ name }) => name);

test('sorted by name, in whatever order they came; of this namespace', () => {
  const index = indexOf(slice('s-3', 's'), slice('s-1', 's'), slice('s-2', 's'), slice('s-0', 's', 'b'));
  assert.deepEqual(names(index, 's'), ['s-1', 's-2', 's-3']);
  assert.deepEqual(names(index, 's', 'b'), ['s-0']);
  assert.deepEqual(names(index, 't'), []);
});

test('one whose label moves touches both Services and belongs to the new one', () => {
  const [before, next] = [slice('e', 's'), slice('e', 't')];
  const index = indexOf(before, slice('f', 's'));
  assert.deepEqual(index.replace(before, next), ['a/s', 'a/t']);
  assert.deepEqual([names(index, 's'), names(index, 't')], [['f'], ['e']]);
});

test('one without a label touches nobody; losing it leaves the Service', () => {
  const [labelled, bare] = [slice('e', 's'), slice('e', '')];
  const index = indexOf();
  assert.deepEqual(index.replace(undefined, bare), []);
  assert.deepEqual(index.replace(bare, labelled), ['a/s']);
  assert.deepEqual(index.replace(labelled, bare), ['a/s']);
  assert.equal(index.size, 0);
});

test('a changed one touches its Service once', () => {
  const before = slice('e', 's');
  const next: EndpointSlice = { ...before, ports: [{ name: '', port: 80, protocol: 'TCP' }] };
  const index = indexOf(before);
  assert.deepEqual(index.replace(before, next), ['a/s']);
  assert.deepEqual(index.of('a', 's'), [next]);
});

test('those made of Endpoints count only where there is no real one', () => {
  const real = slice('s-1', 's');
  const index = indexOf(slice('s/1', 's'), slice('s/0', 's'), real);
  assert.deepEqual(names(index, 's'), ['s-1']);
  index.replace(real, undefined);
  assert.deepEqual(names(index, 's'), ['s/0', 's/1']);
});

test('nothing is left of Services whose slices are all gone', () => {
  const all = [slice('e', 's'), slice('f', 's'), slice('g', 't')];
  const index = indexOf(...all);
  assert.equal(index.size, 2);
  for (const one of all) assert.deepEqual(index.replace(one, undefined), [`a/${one.service}`]);
  assert.equal(index.size, 0);
});
