// What a change of hosts does to the listeners, and to what comes on demand beside them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ConfigSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/cert_selectors/on_demand_secret/v3/config_pb.js';
import { DownstreamTlsContextSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { Resource } from '../xds/resource.ts';
import { chainSecretName, clusterName, endpointsName } from './names.ts';
import {
  certificate,
  cluster,
  createWorld,
  forward,
  ownHost,
  plainHost,
  route,
  tcpHost,
  title,
  tlsHost,
} from './testing/fixtures.ts';

const [cart, blog] = [cluster('cart'), cluster('blog')];
const pair = certificate('1');
const listener = 'Listener ingress_https';
const chainSecret = `Secret ${chainSecretName('a.com')}`;
const scope = (name: string) => `ScopedRouteConfiguration ${name}`;
const both = (of: typeof cart) => [
  `Cluster ${clusterName(of)}`,
  `ClusterLoadAssignment ${endpointsName(of)}`,
];

/** Names of the filter chains; that of all hosts has none. */
const chainsOf = (resource: Resource | undefined): readonly string[] =>
  fromBinary(ListenerSchema, resource?.bytes ?? new Uint8Array()).filterChains.map(({ name }) => name);

function started() {
  const world = createWorld();
  for (const resource of world.translator.listeners().set) world.resources.set(title(resource), resource);
  const current = () => {
    const found = world.resources.get(listener);
    assert.ok(found);
    return found;
  };
  return {
    ...world,
    current,
    acceptListener: () => world.accepted(current()),
    useListener: () => world.inUse(current()),
  };
}

function prefetched(bytes: Uint8Array): readonly string[] | undefined {
  const config = fromBinary(ListenerSchema, bytes).filterChains[0]?.transportSocket?.configType;
  assert.ok(config?.case === 'typedConfig');
  const context = anyUnpack(config.value, DownstreamTlsContextSchema);
  const selector = context?.commonTlsContext?.customTlsCertificateSelector?.typedConfig;
  assert.ok(selector !== undefined);
  return anyUnpack(selector, ConfigSchema)?.prefetchSecretNames;
}

test('listeners depend on no ordinary host; a first request gets the TLS hosts of now to fetch', () => {
  const world = createWorld();
  const first = world.translator.listeners();
  assert.deepEqual(first.set.map(title), [
    'Listener ingress_http',
    listener,
    'Listener prefetch',
    'TypedExtensionConfig wild',
  ]);
  const prefetch = first.set[2];
  const firstBytes = () => prefetched(prefetch?.firstBytes?.() ?? new Uint8Array());
  assert.deepEqual(firstBytes(), []);
  const { set } = world.serve(
    tlsHost('b.com', pair),
    tlsHost('a.com', pair),
    tlsHost('*.wild.com', pair),
    plainHost('c.com'),
  );
  assert.deepEqual(
    set.filter((changed) => changed.startsWith('Listener')),
    [],
  );
  assert.deepEqual(firstBytes(), ['a.com', 'b.com']);
  assert.deepEqual(prefetched(prefetch?.bytes ?? new Uint8Array()), []);
  const versions = (changes: typeof first) => changes.set.map(({ version }) => version);
  assert.deepEqual(versions(world.translator.listeners()), versions(first));
});

test('a host with a minimum version of its own: a chain, no certificate on demand', () => {
  const world = started();
  const { set, encoded } = world.serve(ownHost('a.com', pair, '1.3', route('/', forward(cart))));
  assert.deepEqual(set, [scope('http/a.com'), chainSecret, scope('https/a.com'), listener, ...both(cart)]);
  assert.equal(encoded, 2 + 1 + 1 + 2, 'two scopes, a certificate, a chain, a cluster and its endpoints');
  assert.deepEqual(chainsOf(world.current()), ['', 'a.com']);
  assert.deepEqual(chainsOf(world.translator.listeners().set[1]), ['', 'a.com']);
});

test('a route edit of such a host leaves the listener alone', () => {
  const world = started();
  world.serve(ownHost('a.com', pair, '1.3', route('/', forward(cart))));
  const { set, encoded } = world.serve(ownHost('a.com', pair, '1.3', route('/x', forward(cart))));
  assert.deepEqual([set, encoded], [[scope('https/a.com')], 1]);
});

test('one chain among 1,000 changes: one is encoded', () => {
  const world = started();
  const hosts = Array.from({ length: 1000 }, (_, index) => ownHost(`h${index}.com`, pair, '1.3'));
  world.serve(...hosts);
  assert.equal(chainsOf(world.current()).length, 1001);
  const { set, encoded } = world.serve(ownHost('h7.com', pair, '1.1'));
  assert.deepEqual([set, encoded], [[listener], 1]);
});

test('the listener requires the clusters of chains; they go when the accepted one names them no more', () => {
  const world = started();
  world.serve(tcpHost('a.com', undefined, cart));
  assert.deepEqual(world.current().requires, [clusterName(cart)]);
  world.acceptListener();
  const moved = world.serve(tcpHost('a.com', undefined, blog));
  assert.deepEqual([moved.set, moved.remove], [[listener, ...both(blog)], []]);
  assert.deepEqual(world.acceptListener().remove, both(cart));
  world.drop('a.com');
  assert.deepEqual(world.acceptListener().remove, both(blog));
});

test('to a chain of its own: the certificate on demand stays until the chain is in use', () => {
  const world = started();
  world.serve(tlsHost('a.com', pair, route('/', forward(cart))));
  const { set, remove } = world.serve(ownHost('a.com', pair, '1.3', route('/', forward(cart))));
  assert.deepEqual([set, remove], [[chainSecret, listener], []]);
  assert.deepEqual(world.acceptListener().remove, []);
  assert.deepEqual(world.useListener(), { set: [], remove: ['Secret a.com'], encoded: 0 });
});

test('and back: the certificate comes with the listener, and is sent before it', () => {
  const world = started();
  world.serve(ownHost('a.com', pair, '1.3', route('/', forward(cart))));
  world.acceptListener();
  const { set } = world.serve(tlsHost('a.com', pair, route('/', forward(cart))));
  assert.deepEqual(set, ['Secret a.com', listener]);
});

test('to connections handed on: scope and certificate stay until the chain is in use', () => {
  const world = started();
  world.serve(tlsHost('a.com', pair));
  const { set, remove } = world.serve(tcpHost('a.com', undefined));
  assert.deepEqual([set, remove], [[scope('http/a.com'), listener], []]);
  assert.deepEqual(world.acceptListener().remove, []);
  assert.deepEqual(world.useListener().remove, [scope('https/a.com'), 'Secret a.com']);
});

test('a host that goes before its chain was there leaves nothing', () => {
  const world = started();
  world.serve(tlsHost('a.com', pair));
  world.serve(tcpHost('a.com', pair, cart));
  world.drop('a.com');
  assert.deepEqual(
    world.titles().filter((of) => !of.startsWith('Listener') && !of.startsWith('Typed')),
    [],
  );
  assert.deepEqual(chainsOf(world.current()), ['']);
});

test('a host whose chain is refused and that never had one is not served over TLS by another', () => {
  const world = started();
  world.serve(ownHost('a.com', pair, '1.3', route('/', forward(cart))));
  assert.deepEqual(world.refused(world.current()).set, ['Listener check/a.com']);
  const check = world.resources.get('Listener check/a.com');
  assert.ok(check);
  assert.deepEqual(chainsOf(check), ['a.com']);
  const { set, remove } = world.refused(check);
  assert.deepEqual(set, [scope('https/a.com'), listener]);
  assert.deepEqual(remove, both(cart), 'its scope has no routes any more');
  assert.deepEqual(chainsOf(world.current()), ['']);
});

test('a wildcard host that asks for a newer version than all have is not served over TLS', () => {
  const world = started();
  const { set } = world.serve(ownHost('*.a.com', pair, '1.3', route('/', forward(cart))));
  assert.deepEqual(set, [scope('http/*.a.com'), scope('https/*.a.com')]);
});
