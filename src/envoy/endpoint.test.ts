// Slices to endpoints: who gets requests, on which port, and the same bytes for the same set.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import type { Endpoint, EndpointSlice } from '../dag/objects.ts';
import { loadAssignment, targets } from './endpoint.ts';
import { endpointsName } from './names.ts';
import { cluster, slice } from './testing/fixtures.ts';

const cart = cluster('cart');
const found = (slices: readonly EndpointSlice[], of = cart) =>
  targets(of, slices).map(({ address, port }) => `${address} ${port}`);

/** One slice with one endpoint for each: `R` ready, `S` serving, `T` terminating. */
const states = (...endpoints: readonly string[]): EndpointSlice => ({
  ...slice('cart', []),
  endpoints: endpoints.map(
    (state, index): Endpoint => ({
      addresses: [`10.0.0.${index + 1}`],
      ready: state.includes('R'),
      serving: state.includes('S'),
      terminating: state.includes('T'),
    }),
  ),
});

test('ready addresses of every slice and family, each once, sorted', () => {
  const slices = [slice('cart', ['10.0.0.3', '10.0.0.1']), slice('cart', ['10.0.0.1', 'fd00::1'])];
  assert.deepEqual(found(slices), ['10.0.0.1 8080', '10.0.0.3 8080', 'fd00::1 8080']);
});

describe('who gets requests', () => {
  const tables: readonly [what: string, endpoints: readonly string[], served: readonly number[]][] = [
    ['all that are ready', ['RS', 'RS'], [1, 2]],
    ['not those that are not', ['RS', 'S', ''], [1]],
    ['not those that terminate, while one is ready', ['RS', 'ST', 'ST'], [1]],
    ['those that serve and terminate, if none is ready', ['S', 'ST', 'T', 'ST', ''], [2, 4]],
    ['a ready one that terminates', ['RST', 'ST'], [1]],
    ['nobody that does not serve', ['T', 'S', ''], []],
    ['a ready one that is said not to serve', ['R', 'ST'], [1]],
  ];
  for (const [what, endpoints, served] of tables) {
    const expected = served.map((index) => `10.0.0.${index} 8080`);
    test(what, () => assert.deepEqual(found([states(...endpoints)]), expected));
    test(`${what}: over several slices`, () => {
      const { endpoints: all } = states(...endpoints);
      assert.deepEqual(
        found(all.map((endpoint) => ({ ...slice('cart', []), endpoints: [endpoint] }))),
        expected,
      );
    });
  }

  test('one that is ready in one slice and not in another is ready', () => {
    assert.deepEqual(found([states('ST'), states('RS')]), ['10.0.0.1 8080']);
  });

  test('a port has its own fallback: ready endpoints of another port are no help', () => {
    const admin = { ...states('RS'), ports: [{ name: 'admin', port: 9000, protocol: 'TCP' }] };
    assert.deepEqual(found([states('ST'), admin]), ['10.0.0.1 8080']);
  });
});

describe('ports', () => {
  const ports = [
    { name: 'web', port: 8081, protocol: 'UDP' },
    { name: 'web', port: 8080, protocol: 'TCP' },
    { name: 'web', port: 8082, protocol: 'TCP' },
    { name: 'webs', port: 8083, protocol: 'TCP' },
    { name: '', port: 7000, protocol: 'TCP' },
  ];
  const slices = [{ ...slice('cart', ['10.0.0.1']), ports }];
  for (const [portName, expected] of [
    ['web', ['10.0.0.1 8080']],
    ['', ['10.0.0.1 7000']],
    ['WEB', []],
    ['we', []],
  ] as const) {
    test(`by exactly the name "${portName}", over TCP`, () =>
      assert.deepEqual(found(slices, cluster('cart', { portName })), expected));
  }

  test('of one name may differ from slice to slice', () => {
    const other = { ...slice('cart', ['10.0.0.2']), ports: [{ name: 'web', port: 80, protocol: 'TCP' }] };
    assert.deepEqual(found([slice('cart', ['10.0.0.1']), other]), ['10.0.0.1 8080', '10.0.0.2 80']);
  });
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
