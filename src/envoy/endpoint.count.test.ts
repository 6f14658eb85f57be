// What an event of a slice costs: what is encoded, and that Envoy hears only of sets that differ.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint, EndpointSlice } from '../dag/objects.ts';
import { cluster, createWorld, forward, plainHost, route, slice } from './testing/fixtures.ts';

const state = (address: string, conditions: Partial<Endpoint> = {}): Endpoint => ({
  ...{ addresses: [address], ready: false, serving: false, terminating: false },
  ...conditions,
});
const slices = (...endpoints: readonly Endpoint[]): EndpointSlice[] => [{ ...slice('s', []), endpoints }];

function worldOf(...services: readonly string[]) {
  const world = createWorld();
  for (const service of services) {
    world.slices.set(`shop/${service}`, slices(state('10.0.0.1', { ready: true }), state('10.0.0.2')));
    world.serve(plainHost(`${service}.com`, route('/', forward(cluster(service)))));
  }
  return world;
}

const ready = state('10.0.0.1', { ready: true });
const same: readonly [what: string, after: readonly EndpointSlice[]][] = [
  ['begins to serve without being ready', slices(ready, state('10.0.0.2', { serving: true }))],
  ['serves and terminates', slices(ready, state('10.0.0.2', { serving: true, terminating: true }))],
  ['ends', slices(ready, state('10.0.0.2', { terminating: true }))],
  ['is gone', slices(ready)],
  ['comes to a slice of its own', [...slices(ready), ...slices(state('10.0.0.2'))]],
];
for (const [what, after] of same) {
  test(`an endpoint beside a ready one ${what}: nothing is sent, no other Service is looked at`, () => {
    const world = worldOf('s', 't');
    world.slices.set('shop/s', after);
    assert.deepEqual(world.endpoints('shop/s'), { set: [], remove: [], encoded: 1 });
  });
}

test('an endpoint that becomes ready is one resource', () => {
  const world = worldOf('s', 't');
  world.slices.set('shop/s', slices(ready, state('10.0.0.2', { ready: true })));
  const { set, remove, encoded } = world.endpoints('shop/s');
  assert.deepEqual([set.length, remove, encoded], [1, [], 1]);
  assert.match(set[0] ?? '', /^ClusterLoadAssignment shop\/s\//);
});

test('a slice of a Service that nobody routes to costs nothing', () => {
  const world = worldOf('s');
  world.slices.set('shop/other', slices(ready));
  assert.deepEqual(world.endpoints('shop/other'), { set: [], remove: [], encoded: 0 });
});
