// The traps of scoped routes, each with what happens if it is missed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { FilterConfigSchema } from '@envoyproxy/protos/envoy/config/route/v3/route_components_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import { versionOf } from '../xds/resource.ts';
import { encode } from './encode.ts';
import { clusterName } from './names.ts';
import { clustersOf, refusedScope, scopedRouteConfiguration, stampScope } from './scope.ts';
import { cluster, forward, route } from './testing/fixtures.ts';
import { typeUrl } from './type-url.ts';

const routes = [route('/cart', forward(cluster('cart'))), route('/', forward(cluster('shop')))];
const message = (scheme: 'http' | 'https', host: string) =>
  create(
    ScopedRouteConfigurationSchema,
    scopedRouteConfiguration(scheme, host, routes, { redirectPort: undefined }),
  );

for (const [scheme, host] of [
  ['http', 'a.com'],
  ['https', 'a.com'],
  ['http', '*.a.com'],
  ['https', '*'],
] as const) {
  const scope = message(scheme, host);
  const config = scope.routeConfiguration;

  test(`${scheme}/${host} ends in a catch-all, or a path miss is answered by another tenant's host`, () => {
    assert.equal(config?.virtualHosts.length, 1);
    const last = config?.virtualHosts[0]?.routes.at(-1);
    assert.equal(last?.name, `${host}/404`);
    assert.deepEqual(last?.match?.pathSpecifier, { case: 'prefix', value: '/' });
    assert.equal(last?.action.case === 'directResponse' && last.action.value.status, 404);
  });

  test(`${scheme}/${host} has a name for every route, or a hit is taken for a miss`, () => {
    assert.ok(config?.virtualHosts[0]?.routes.every(({ name }) => name !== ''));
  });

  test(`${scheme}/${host} disables both look-up filters, and nothing else`, () => {
    const perFilter = Object.entries(config?.typedPerFilterConfig ?? {});
    assert.deepEqual(perFilter.map(([name]) => name).sort(), ['case', 'wild']);
    for (const [, any] of perFilter) assert.equal(anyUnpack(any, FilterConfigSchema)?.disabled, true);
  });

  test(`${scheme}/${host} doesn't validate clusters, or an unknown one refuses the whole response`, () => {
    assert.equal(config?.validateClusters, false);
  });

  test(`${scheme}/${host} is served for every domain and hides the header`, () => {
    assert.deepEqual(config?.virtualHosts[0]?.domains, ['*']);
    assert.deepEqual(config?.requestHeadersToRemove, ['x-contour-vhost']);
    assert.equal(scope.routeConfigurationName, '');
  });
}

test('the key is the one of the name', () => {
  assert.deepEqual(message('https', 'a.com').key?.fragments[0]?.type, {
    case: 'stringKey',
    value: 'https/a.com/a.com',
  });
});

test('what stands in for a refused scope has its name and key, and answers 503 to everything', () => {
  const { name, version, bytes, requires } = refusedScope('https', 'a.com');
  const standIn = fromBinary(ScopedRouteConfigurationSchema, bytes);
  assert.deepEqual([name, version, requires], ['https/a.com', versionOf(bytes), []]);
  assert.deepEqual([standIn.name, standIn.key], [name, message('https', 'a.com').key]);
  const [only, ...others] = standIn.routeConfiguration?.virtualHosts[0]?.routes ?? [];
  assert.deepEqual([only?.match?.pathSpecifier, others], [{ case: 'prefix', value: '/' }, []]);
  assert.equal(only?.action.case === 'directResponse' && only.action.value.status, 503);
});

test('clusters are told once each, sorted', () => {
  const twice = [...routes, route('/again', forward(cluster('cart'), { cluster: undefined, weight: 1 }))];
  assert.deepEqual([...clustersOf(twice).keys()], [cluster('cart'), cluster('shop')].map(clusterName));
  assert.deepEqual([...clustersOf([...twice].reverse()).keys()], [...clustersOf(twice).keys()]);
});

test('a stamp changes the bytes and the name that nothing reads, and only them', () => {
  const original = message('http', 'a.com');
  const bytes = encode(ScopedRouteConfigurationSchema, original);
  const resource = {
    type: typeUrl.scope,
    name: 'http/a.com',
    bytes,
    version: versionOf(bytes),
    requires: [],
  };
  const stamped = fromBinary(ScopedRouteConfigurationSchema, stampScope(resource, '7'));
  assert.equal(stamped.routeConfiguration?.name, 'http/a.com#7');
  assert.notDeepEqual(stampScope(resource, '7'), stampScope(resource, '8'));
  if (stamped.routeConfiguration !== undefined) stamped.routeConfiguration.name = 'http/a.com';
  assert.deepEqual(stamped, fromBinary(ScopedRouteConfigurationSchema, bytes));
});
