// How a Service's endpoints are spread over slices is nobody's business: the same set is the same bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import fc from 'fast-check';
import type { Endpoint, EndpointSlice } from '../dag/objects.ts';
import { loadAssignment, targets } from './endpoint.ts';
import { cluster, slice } from './testing/fixtures.ts';

const cart = cluster('cart');

const bytes = (slices: readonly EndpointSlice[]): string =>
  Buffer.from(
    toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, loadAssignment(cart, slices))),
  ).toString('hex');

/** Few addresses, so that they meet. */
const address = fc
  .integer({ min: 1, max: 12 })
  .map((index) => (index > 8 ? `fd00::${index}` : `10.0.0.${index}`));
const endpoint: fc.Arbitrary<Endpoint> = fc.record({
  addresses: fc.array(address, { minLength: 1, maxLength: 3 }),
  ready: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
  serving: fc.boolean(),
  terminating: fc.boolean(),
});
const world = fc.record({
  endpoints: fc.array(endpoint, { maxLength: 10 }),
  /** Slice of the n-th placement; every endpoint is placed at least once. */
  places: fc.array(fc.nat(4), { minLength: 30, maxLength: 30 }),
  order: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
  repeated: fc.nat(2),
});

const sliceOf = (endpoints: readonly Endpoint[]): EndpointSlice => ({ ...slice('cart', []), endpoints });

test('any split into slices, any order, any repetition', () => {
  fc.assert(
    fc.property(world, ({ endpoints, places, order, repeated }) => {
      const placed = Array.from({ length: repeated + 1 }, () => endpoints)
        .flat()
        .map((one, index) => ({ one, place: places[index], rank: order[index] ?? 0 }))
        .sort((a, b) => a.rank - b.rank);
      const split = [0, 1, 2, 3, 4].map((place) =>
        sliceOf(placed.filter((at) => at.place === place).map(({ one }) => one)),
      );
      assert.equal(bytes(split), bytes([sliceOf(endpoints)]));
      assert.equal(bytes([...split].reverse()), bytes(split));
    }),
  );
});

test('the ready ones if there are any, else those that serve and terminate', () => {
  const addresses = (of: readonly Endpoint[]) => [...new Set(of.flatMap((one) => one.addresses))].sort();
  fc.assert(
    fc.property(fc.array(endpoint, { maxLength: 10 }), (endpoints) => {
      const ready = endpoints.filter((one) => one.ready);
      const draining = endpoints.filter((one) => one.serving && one.terminating);
      const served = targets(cart, [sliceOf(endpoints)]).map((target) => target.address);
      assert.deepEqual(served, addresses(ready.length > 0 ? ready : draining));
    }),
  );
});
