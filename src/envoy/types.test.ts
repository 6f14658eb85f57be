// The order of types and what the parts of it rely on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificate, cluster, createWorld, forward, route, tlsHost } from './testing/fixtures.ts';
import { typeUrl } from './type-url.ts';
import { resourceTypes } from './types.ts';

const byUrl = new Map(resourceTypes.map((type) => [type.url, type]));

test('what is needed is sent before what needs it', () => {
  const order = ['cluster', 'endpoints', 'secret', 'listener', 'scope', 'extension'] as const;
  assert.deepEqual(
    resourceTypes.map(({ url }) => url),
    order.map((word) => typeUrl[word]),
  );
});

test('type URLs are those of the protocol', () => {
  const names = Object.values(typeUrl).map((url) => url.replace('type.googleapis.com/envoy.', ''));
  assert.deepEqual(names, [
    'config.cluster.v3.Cluster',
    'config.endpoint.v3.ClusterLoadAssignment',
    'extensions.transport_sockets.tls.v3.Secret',
    'config.listener.v3.Listener',
    'config.route.v3.ScopedRouteConfiguration',
    'config.core.v3.TypedExtensionConfig',
  ]);
});

test('every reference of a resource is to a name of the type that its own type says', () => {
  const world = createWorld();
  world.serve(tlsHost('a.com', certificate('1'), route('/', forward(cluster('cart')))));
  const resources = [...world.resources.values(), ...world.translator.listeners().set];
  const exists = (type: string | undefined, name: string) =>
    resources.some((resource) => resource.type === type && resource.name === name);
  for (const { type, requires, warmedBy } of resources) {
    assert.ok(requires.every((name) => exists(byUrl.get(type)?.requires, name)));
    if (warmedBy !== undefined) assert.ok(exists(byUrl.get(type)?.warmedBy, warmedBy));
  }
});

test('scopes go out in chunks, can be stamped, and the filter that opens the listeners follows them', () => {
  const scope = byUrl.get(typeUrl.scope);
  assert.equal(scope?.chunk, 500);
  assert.equal(scope?.wildcard, true);
  assert.notEqual(scope?.stamp, undefined);
  assert.equal(byUrl.get(typeUrl.extension)?.after, typeUrl.scope);
});

test('only clusters hold back their ACK, only certificates come under names that clients make up', () => {
  for (const { url, pipelined, onDemand } of resourceTypes) {
    assert.equal(pipelined, url === typeUrl.cluster);
    assert.equal(onDemand !== undefined, url === typeUrl.secret);
  }
});
