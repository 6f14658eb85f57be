// Names: one for each thing, the same for the same thing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chainSecretName,
  clusterName,
  endpointsName,
  hostOfChainSecret,
  hostOfResource,
  hostOfScope,
  isScope,
  listenerName,
  missingCluster,
  prefetchName,
  resourcesOf,
  scopeKey,
  scopeName,
  shownName,
  statName,
} from './names.ts';
import { cluster } from './testing/fixtures.ts';
import { typeUrl } from './type-url.ts';

const keys = [
  ['http', 'a.com', 'http/a.com'],
  ['http', '*.a.com', 'http/*.a.com'],
  ['http', '*', 'http/*'],
  ['https', 'a.com', 'https/a.com/a.com'],
  ['https', '*.a.com', 'https/*.a.com'],
  ['https', '*', 'https/*'],
] as const;

for (const [scheme, host, key] of keys) {
  test(`the key of ${scheme}/${host} is ${key}`, () => {
    assert.equal(scopeKey(scheme, host), key);
    assert.equal(hostOfScope(scopeName(scheme, host)), host);
  });
}

test('names and keys of scopes are one to one', () => {
  const names = keys.map(([scheme, host]) => scopeName(scheme, host));
  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(keys.map(([, , key]) => key)).size, names.length);
});

test('the resources of a host lead back to it, those of no host to none', () => {
  for (const resource of resourcesOf('*.a.com')) assert.equal(hostOfResource(resource), '*.a.com');
  for (const of of [
    { type: typeUrl.cluster, name: 'ns/service/80/hash' },
    { type: typeUrl.listener, name: listenerName('https') },
    { type: typeUrl.listener, name: prefetchName },
  ]) {
    assert.equal(hostOfResource(of), undefined);
  }
});

test('no client can ask by SNI for the secret of a chain, and people are not shown its long part', () => {
  for (const host of ['a.b', 'a.com', `${'x'.repeat(63)}.com`]) {
    const name = chainSecretName(host);
    assert.ok(name.length > 255);
    assert.equal(hostOfChainSecret(name), host);
    assert.equal(shownName(name), host);
  }
  for (const name of ['a.com', '-'.repeat(254), `${'-'.repeat(254)}.a.com`]) {
    assert.equal(hostOfChainSecret(name), undefined);
    assert.equal(shownName(name), name);
  }
});

test('a scope is known by its type', () => {
  assert.equal(isScope({ type: typeUrl.scope }), true);
  assert.equal(isScope({ type: typeUrl.cluster }), false);
});

test('names of a cluster', () => {
  assert.match(clusterName(cluster('cart')), /^shop\/cart\/80\/[0-9a-f]{12}$/);
  assert.match(endpointsName(cluster('cart')), /^shop\/cart\/web\/[0-9a-f]{12}$/);
  assert.match(endpointsName(cluster('cart', { portName: '' })), /^shop\/cart\/[0-9a-f]{12}$/);
  assert.equal(statName(cluster('cart')), 'shop_cart_80');
});

test('equal settings in another order give the same names', () => {
  const reordered = { portName: 'web', port: 80, service: 'cart', namespace: 'shop' };
  assert.equal(clusterName(reordered), clusterName(cluster('cart')));
});

test('settings inside of settings, too', () => {
  const healthCheck = {
    ...{ path: '/', host: 'h', intervalSeconds: 1 },
    ...{ timeoutSeconds: 1, unhealthyThreshold: 1, healthyThreshold: 1 },
  };
  const reversed = { ...healthCheck };
  for (const [field, value] of Object.entries(healthCheck).reverse()) {
    Reflect.deleteProperty(reversed, field);
    Reflect.set(reversed, field, value);
  }
  assert.notEqual(JSON.stringify(reversed), JSON.stringify(healthCheck));
  const named = (check: typeof healthCheck) => clusterName(cluster('cart', { healthCheck: check }));
  assert.equal(named(reversed), named(healthCheck));
});

test('a cluster without settings keeps its name for good', () => {
  assert.equal(clusterName(cluster('cart')), 'shop/cart/80/cb0597bfaaec');
});

test('no two clusters share a name or the name of their endpoints', () => {
  const clusters = [
    cluster('cart'),
    cluster('cart', { portName: 'admin' }),
    cluster('cart', { port: 81 }),
    cluster('cart', { portName: '' }),
    cluster('cart', { port: 81, portName: '' }),
    cluster('cart', { namespace: 'other' }),
    cluster('cart', { protocol: 'tls' }),
    cluster('cart', { protocol: 'h2' }),
    cluster('cart', { strategy: 'cookie' }),
    cluster('cart', { externalName: 'api.example.com' }),
    cluster('cart', { limits: { maxRequests: 1 } }),
    cluster('cart', { limits: { maxRetries: 1 } }),
    cluster('cart', { validation: { ca: 'a', fingerprint: '1', subjectName: 'x' } }),
    cluster('cart', { validation: { ca: 'a', fingerprint: '1', subjectName: 'y' } }),
    cluster('cart', { validation: { ca: 'b', fingerprint: '2', subjectName: 'y' } }),
  ];
  assert.equal(new Set(clusters.map(clusterName)).size, clusters.length);
  assert.equal(new Set(clusters.map(endpointsName)).size, clusters.length);
});

test('no cluster has the name that stands for none', () => {
  assert.equal(missingCluster.includes('/'), false);
});
