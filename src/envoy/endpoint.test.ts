// Slices to endpoints: what is ready, what is refused, and the same bytes for the same set.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toBinary, toJson } from '@bufbuild/protobuf';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import { loadAssignment, readyEndpoints } from './endpoint.ts';
import { endpointsName } from './names.ts';
import { cluster, slice } from './testing/fixtures.ts';

const cart = cluster('cart');
const addresses = (slices: Parameters<typeof readyEndpoints>[1], of = cart) =>
  readyEndpoints(of, slices).map(({ address, port }) => `${address} ${port}`);

test('ready addresses of every slice, each once, sorted', () => {
  const slices = [slice('cart', ['10.0.0.3', '10.0.0.1']), slice('cart', ['10.0.0.1', 'fd00::1'])];
  assert.deepEqual(addresses(slices), ['10.0.0.1 8080', '10.0.0.3 8080', 'fd00::1 8080']);
  assert.deepEqual(addresses([...slices].reverse()), addresses(slices));
});

test('what is not ready gets nothing', () => {
  assert.deepEqual(addresses([slice('cart', ['10.0.0.1'], false), slice('cart', ['10.0.0.2'])]), [
    '10.0.0.2 8080',
  ]);
});

test('an endpoint that one slice has as ready and another not is ready', () => {
  assert.deepEqual(addresses([slice('cart', ['10.0.0.1'], false), slice('cart', ['10.0.0.1'])]), [
    '10.0.0.1 8080',
  ]);
});

test('ports are found by name, over TCP', () => {
  const ports = [
    { name: 'web', port: 8080, protocol: 'TCP' },
    { name: 'web', port: 8081, protocol: 'UDP' },
    { name: 'admin', port: 9000, protocol: 'TCP' },
    { name: '', port: 7000, protocol: 'TCP' },
  ];
  const slices = [{ ...slice('cart', ['10.0.0.1']), ports }];
  assert.deepEqual(addresses(slices), ['10.0.0.1 8080']);
  assert.deepEqual(addresses(slices, cluster('cart', { portName: 'admin' })), ['10.0.0.1 9000']);
  assert.deepEqual(addresses(slices, cluster('cart', { portName: '' })), ['10.0.0.1 7000']);
});

test('what Envoy would refuse is left out, the rest stays', () => {
  assert.deepEqual(addresses([slice('cart', ['a.com', '', '1.2.3', 'fe80::1%eth0', '10.0.0.1'])]), [
    '10.0.0.1 8080',
  ]);
  const ports = [0, -1, 65_536, 1.5].map((port) => ({ name: 'web', port, protocol: 'TCP' }));
  assert.deepEqual(addresses([{ ...slice('cart', ['10.0.0.1']), ports }]), []);
});

test('the assignment has its own name and both families of addresses', () => {
  const message = create(
    ClusterLoadAssignmentSchema,
    loadAssignment(cart, [slice('cart', ['10.0.0.1', 'fd00::1'])]),
  );
  const endpoint = (address: string) => ({
    endpoint: { address: { socketAddress: { address, portValue: 8080 } } },
  });
  assert.deepEqual(toJson(ClusterLoadAssignmentSchema, message), {
    clusterName: endpointsName(cart),
    endpoints: [{ lbEndpoints: [endpoint('10.0.0.1'), endpoint('fd00::1')] }],
  });
});

test('without endpoints the assignment is there, empty', () => {
  const message = create(ClusterLoadAssignmentSchema, loadAssignment(cart, []));
  assert.deepEqual(toJson(ClusterLoadAssignmentSchema, message), { clusterName: endpointsName(cart) });
});

test('any order gives identical bytes', () => {
  const slices = [slice('cart', ['10.0.0.3', '10.0.0.1']), slice('cart', ['10.0.0.2'])];
  const bytes = (of: typeof slices) =>
    toBinary(ClusterLoadAssignmentSchema, create(ClusterLoadAssignmentSchema, loadAssignment(cart, of)));
  assert.deepEqual(bytes([...slices].reverse()), bytes(slices));
});
