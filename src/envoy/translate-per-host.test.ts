// What a change of hosts sends when every host over TLS has a filter chain.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { chainSecretName } from './names.ts';
import {
  certificate,
  cluster,
  createWorld,
  ownHost,
  plainHost,
  route,
  tcpHost,
  title,
  tlsHost,
} from './testing/fixtures.ts';

const [first, second] = [certificate('1'), certificate('2')];
const listener = 'Listener ingress_https';
const inChain = (host: string) => `Secret ${chainSecretName(host)}`;
const onDemand = (host: string) => `Secret ${host}`;
const scopes = (host: string) =>
  ['http', 'https'].map((scheme) => `ScopedRouteConfiguration ${scheme}/${host}`);

function started() {
  const world = createWorld({ tlsCertificates: 'per-host' });
  for (const resource of world.translator.listeners().set) world.resources.set(title(resource), resource);
  const get = (name: string) => {
    const found = world.resources.get(name);
    assert.ok(found, name);
    return found;
  };
  return {
    ...world,
    get,
    accept: () => world.accepted(get(listener)),
    use: () => world.inUse(get(listener)),
    chains: () =>
      fromBinary(ListenerSchema, get(listener).bytes).filterChains.flatMap(({ name }) => name || []),
  };
}

/** 1,000 hosts that an Envoy has. */
function thousand() {
  const world = started();
  world.serve(...Array.from({ length: 1000 }, (_, index) => tlsHost(`h${index}.com`, first)));
  world.accept();
  assert.equal(world.chains().length, 1000);
  return world;
}

test('a host: its chain, and its certificate for the chain and for handshakes before the chain is there', () => {
  const world = started();
  const { set, encoded } = world.serve(tlsHost('a.com', first), plainHost('b.com'));
  const scopeOfPlain = 'ScopedRouteConfiguration http/b.com';
  assert.deepEqual(
    set.sort(),
    [...scopes('a.com'), inChain('a.com'), onDemand('a.com'), listener, scopeOfPlain].sort(),
  );
  assert.equal(encoded, 3 + 2 + 1, 'scopes, secrets, a chain');
  assert.deepEqual(world.chains(), ['a.com']);
  assert.deepEqual(world.accept(), { set: [], remove: [], encoded: 0 });
});

test('a certificate that is renewed, of 1,000: the two secrets of its host, and no listener', () => {
  const world = thousand();
  const { version } = world.get(listener);
  const { set, remove, encoded } = world.serve(tlsHost('h7.com', second));
  assert.deepEqual([set.sort(), remove, encoded], [[inChain('h7.com'), onDemand('h7.com')].sort(), [], 2]);
  assert.equal(world.get(listener).version, version);
  for (const name of set) {
    const { type } = fromBinary(SecretSchema, world.get(name).bytes);
    assert.ok(type.case === 'tlsCertificate');
    assert.deepEqual(type.value.privateKey?.specifier.value, new Uint8Array(second.key));
  }
});

test('one more host, among 1,000: the listener, of whose chains one is encoded', () => {
  const { set, encoded } = thousand().serve(tlsHost('new.com', first));
  assert.deepEqual(
    set.sort(),
    [...scopes('new.com'), inChain('new.com'), onDemand('new.com'), listener].sort(),
  );
  assert.equal(encoded, 2 + 2 + 1);
});

test('routes of one host, among 1,000: its scope', () => {
  const edited = tlsHost('h7.com', first, route('/', { kind: 'respond', status: 503 }));
  const { set, encoded } = thousand().serve(edited);
  assert.deepEqual([set, encoded], [['ScopedRouteConfiguration https/h7.com'], 1]);
});

test('a host whose versions are its own is never answered by the chain of all', () => {
  const world = started();
  world.serve(ownHost('a.com', first, '1.3'), tcpHost('b.com', first, cluster('cart')));
  const secrets = world.titles().filter((name) => name.startsWith('Secret'));
  assert.deepEqual(secrets, [inChain('a.com'), inChain('b.com')].sort());
});

test('from a common version to one of its own: the certificate on demand stays until the chain is in use', () => {
  const world = started();
  world.serve(tlsHost('a.com', first));
  assert.deepEqual(world.serve(ownHost('a.com', first, '1.3')).remove, []);
  assert.deepEqual(world.accept().remove, []);
  assert.deepEqual(world.use().remove, [onDemand('a.com')]);
});

test('a host that goes takes chain and secrets along; passthrough leaves no secret', () => {
  const world = started();
  world.serve(tlsHost('a.com', first), tcpHost('b.com', first));
  world.accept();
  assert.deepEqual(
    world.drop('a.com').remove.sort(),
    [...scopes('a.com'), inChain('a.com'), onDemand('a.com')].sort(),
  );
  assert.deepEqual(world.serve(tcpHost('b.com', undefined)).remove, [inChain('b.com')]);
  assert.deepEqual(world.chains(), ['b.com']);
});

test('nothing is fetched ahead but by chains; wildcard hosts have none and are answered on demand', () => {
  const world = started();
  const prefetch = world.get('Listener prefetch');
  const before = prefetch.firstBytes?.();
  world.serve(tlsHost('a.com', first), tlsHost('*.b.com', first));
  assert.deepEqual(prefetch.firstBytes?.(), before);
  assert.deepEqual(world.chains(), ['a.com']);
  assert.ok(world.resources.has(onDemand('*.b.com')) && !world.resources.has(inChain('*.b.com')));
});
