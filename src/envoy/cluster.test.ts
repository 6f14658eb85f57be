// The settings of a cluster.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import type { Cluster } from '../dag/model.ts';
import { envoyCluster } from './cluster.ts';
import { registry } from './json.ts';
import { clusterName, endpointsName } from './names.ts';
import { cluster } from './testing/fixtures.ts';

test('a cluster asks for its endpoints under its own name and never panics', () => {
  const cart = cluster('cart');
  assert.deepEqual(toJson(ClusterSchema, create(ClusterSchema, envoyCluster(cart))), {
    name: clusterName(cart),
    altStatName: 'shop_cart_80',
    type: 'EDS',
    edsClusterConfig: {
      edsConfig: { ads: {}, resourceApiVersion: 'V3' },
      serviceName: endpointsName(cart),
    },
    connectTimeout: '0.250s',
    commonLbConfig: { healthyPanicThreshold: {} },
  });
});

const json = (settings: Partial<Cluster>) => {
  const message = create(ClusterSchema, envoyCluster(cluster('cart', settings)));
  return JSON.parse(JSON.stringify(toJson(ClusterSchema, message, { registry })));
};

const settings: readonly (readonly [name: string, settings: Partial<Cluster>, expected: object])[] = [
  ['least requests', { strategy: 'least-request' }, { lbPolicy: 'LEAST_REQUEST' }],
  ['at random', { strategy: 'random' }, { lbPolicy: 'RANDOM' }],
  ['by cookie', { strategy: 'cookie' }, { lbPolicy: 'RING_HASH' }],
  [
    'limits',
    { limits: { maxConnections: 1, maxPendingRequests: 2, maxRequests: 3, maxRetries: 4 } },
    {
      circuitBreakers: {
        thresholds: [{ maxConnections: 1, maxPendingRequests: 2, maxRequests: 3, maxRetries: 4 }],
      },
    },
  ],
  [
    'a health check',
    {
      healthCheck: {
        ...{ path: '/healthz', host: 'h', intervalSeconds: 5, timeoutSeconds: 1 },
        ...{ unhealthyThreshold: 3, healthyThreshold: 2 },
      },
    },
    {
      healthChecks: [
        {
          ...{ timeout: '1s', interval: '5s', noTrafficInterval: '5s' },
          ...{ unhealthyThreshold: 3, healthyThreshold: 2 },
          httpHealthCheck: { host: 'h', path: '/healthz' },
        },
      ],
      ignoreHealthOnHostRemoval: true,
    },
  ],
];
for (const [name, given, expected] of settings)
  test(`a cluster with ${name}`, () => {
    const plain = json({});
    const got = json(given);
    const changed = Object.entries(got).filter(([field, value]) => {
      const own = ['name', 'edsClusterConfig'].includes(field);
      return !own && JSON.stringify(plain[field]) !== JSON.stringify(value);
    });
    assert.deepEqual(Object.fromEntries(changed), expected);
    assert.notEqual(got.name, plain.name);
  });

test('passthrough: the TLS of the client for connections, of its own for health checks', () => {
  const healthCheck = {
    ...{ path: '/ready', host: 'check', intervalSeconds: 5, timeoutSeconds: 2 },
    ...{ unhealthyThreshold: 3, healthyThreshold: 2 },
  };
  const checked = json({ protocol: 'passthrough', healthCheck });
  assert.equal(checked.transportSocket, undefined);
  const [match, ...others] = checked.transportSocketMatches;
  assert.deepEqual(others, []);
  assert.equal(match.transportSocket.name, 'envoy.transport_sockets.tls');
  assert.deepEqual(checked.healthChecks[0].transportSocketMatchCriteria, match.match);
  const unchecked = json({ protocol: 'passthrough' });
  assert.deepEqual([unchecked.transportSocket, unchecked.transportSocketMatches], [undefined, undefined]);
});

test('the protocols: HTTP/2 in clear and over TLS, HTTP/1.1 over TLS', () => {
  for (const [protocol, http2, alpn] of [
    ['h2c', true, undefined],
    ['h2', true, ['h2']],
    ['tls', false, []],
  ] as const) {
    const { typedExtensionProtocolOptions: options, transportSocket } = json({ protocol });
    assert.equal(options !== undefined, http2, protocol);
    const common = transportSocket?.typedConfig.commonTlsContext;
    assert.deepEqual(transportSocket && (common.alpnProtocols ?? []), alpn, protocol);
  }
});

test('validation: the authorities, the subject in all forms, and as server name', () => {
  const validation = { ca: 'PEM', fingerprint: 'x', subjectName: 'cart.shop' };
  const { typedConfig } = json({ protocol: 'tls', validation }).transportSocket;
  assert.equal(typedConfig.sni, 'cart.shop');
  const { trustedCa, matchTypedSubjectAltNames } = typedConfig.commonTlsContext.validationContext;
  assert.deepEqual(trustedCa, { inlineString: 'PEM' });
  assert.deepEqual(
    matchTypedSubjectAltNames.map(({ sanType, matcher }: { sanType: string; matcher: object }) => [
      sanType,
      matcher,
    ]),
    ['DNS', 'URI', 'IP_ADDRESS'].map((type) => [type, { exact: 'cart.shop' }]),
  );
  for (const subjectName of ['spiffe://x/y', '10.0.0.1', '::1', '*.shop', `${'a'.repeat(63)}.`.repeat(4)]) {
    const { transportSocket } = json({ protocol: 'tls', validation: { ...validation, subjectName } });
    assert.equal(transportSocket.typedConfig.sni, undefined, `${subjectName} is no DNS name`);
  }
});

test('TLS may be as new as the Service knows', () => {
  const { tlsParams } = json({ protocol: 'h2' }).transportSocket.typedConfig.commonTlsContext;
  assert.deepEqual(tlsParams, { tlsMaximumProtocolVersion: 'TLSv1_3' });
});

test('the name follows the fingerprint of the authorities, not their text', () => {
  const named = (ca: string, fingerprint: string) =>
    clusterName(cluster('cart', { validation: { ca, fingerprint, subjectName: 'x' } }));
  assert.equal(named('a', '1'), named('b', '1'));
  assert.notEqual(named('a', '1'), named('a', '2'));
});
