// The real Envoy takes every setting that a route or a Service can have, at its largest and all at once.
import { test } from 'node:test';
import { create, fromBinary, toJson } from '@bufbuild/protobuf';
import { BootstrapSchema } from '@envoyproxy/protos/envoy/config/bootstrap/v3/bootstrap_pb.js';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import { HttpConnectionManagerSchema } from '@envoyproxy/protos/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import type { Cluster, PathMatch, Route, RoutePolicy } from '../dag/model.ts';
import { selfSigned } from '../testing/certificates.ts';
import { bootstrap, defaultLimits } from './bootstrap.ts';
import { socketAddress } from './config-source.ts';
import { pack } from './encode.ts';
import { httpFilters } from './filters/chain.ts';
import { registry } from './json.ts';
import { cluster, createWorld, plainHost, route } from './testing/fixtures.ts';
import { validate } from './testing/validate.ts';
import { typeUrl } from './type-url.ts';

const largest = 2 ** 31 - 1;
const largestMs = 10 * 365 * 24 * 3_600_000;
const mostLimits = {
  ...{ maxConnections: 2 ** 32 - 1, maxPendingRequests: 2 ** 32 - 1 },
  ...{ maxRequests: 2 ** 32 - 1, maxRetries: 2 ** 32 - 1 },
};
const checkOf = (number: number, length: number): NonNullable<Cluster['healthCheck']> => ({
  path: `/${'p'.repeat(length)}`,
  host: 'h'.repeat(length),
  ...{ intervalSeconds: number, timeoutSeconds: number },
  ...{ unhealthyThreshold: number, healthyThreshold: number },
});

const clusters = (ca: string): readonly Partial<Cluster>[] => [
  { strategy: 'least-request', limits: mostLimits },
  { strategy: 'random', limits: { maxRetries: 1 } },
  { strategy: 'cookie', protocol: 'h2c', healthCheck: checkOf(largest, 2_047) },
  { protocol: 'tls', healthCheck: checkOf(1, 1), validation: { ca, fingerprint: '', subjectName: 'a.com' } },
  { protocol: 'h2', validation: { ca, fingerprint: '', subjectName: 's'.repeat(2_048) } },
  { protocol: 'h2', validation: { ca, fingerprint: '', subjectName: 'spiffe://a/ü "\n' } },
  { externalName: `${'n'.repeat(63)}.`.repeat(4).slice(0, 253), protocol: 'tls', strategy: 'cookie' },
];

const policies: readonly RoutePolicy[] = [
  { timeoutMs: 'infinity', retry: { count: largest } },
  { timeoutMs: largestMs, retry: { count: 1, perTryTimeoutMs: largestMs } },
  { timeoutMs: 1, retry: { count: 1, perTryTimeoutMs: 1 } },
];

const long = `/${'x'.repeat(2_047)}`;
/** Characters that mean something to a regular expression, to a format, or to nobody. */
const odd = '/.*+?(a|b)[c]{2}^$\\%25%REQ(x)%~!@&=;,\'"';
const paths: readonly (readonly [PathMatch['kind'], path: string])[] = [
  ['prefix', '/'],
  ['prefix', long],
  ['prefix', odd],
  ['string-prefix', long],
  ['string-prefix', odd],
  ['exact', long],
];
const rewrites = ['/', '/v1', '/v1/', long, `${long}/`, odd];

function routes(services: readonly Cluster[]): readonly Route[] {
  const backends = services.map((one) => ({ cluster: one, weight: largest }));
  const to = { kind: 'forward', websockets: true, backends } as const;
  return [
    ...policies.map((policy) => route('/policy', { ...to, policy })),
    ...paths.flatMap(([kind, path]) =>
      rewrites.map((prefixRewrite) => route(path, { ...to, policy: { prefixRewrite } }, kind)),
    ),
  ];
}

/** The clusters as if they were static, and the routes in a listener of their own. */
async function withEverything(): Promise<string> {
  const { certificate } = await selfSigned('ca');
  const services = clusters(certificate).map((settings, index) => cluster(`s${index}`, settings));
  const world = createWorld();
  world.serve(plainHost('a.com', ...routes(services)));
  const message = bootstrap({
    ...{ nodeId: 'envoy-1', nodeCluster: 'ingress', adminSocket: '/tmp/never-opened.sock' },
    xds: { address: '127.0.0.1', port: 8001, tls: undefined },
    stats: { address: '127.0.0.1', port: 8002 },
    ...defaultLimits,
  });
  for (const { type, bytes } of world.resources.values()) {
    if (type === typeUrl.cluster) message.staticResources?.clusters.push(fromBinary(ClusterSchema, bytes));
    if (type === typeUrl.scope) message.staticResources?.listeners.push(listenerOf(bytes));
  }
  return JSON.stringify(toJson(BootstrapSchema, message, { registry }));
}

function listenerOf(scope: Uint8Array) {
  const { routeConfiguration } = fromBinary(ScopedRouteConfigurationSchema, scope);
  if (routeConfiguration === undefined) throw new Error('the scope has no routes');
  const typedConfig = pack(HttpConnectionManagerSchema, {
    statPrefix: 'x',
    routeSpecifier: { case: 'routeConfig', value: routeConfiguration },
    httpFilters: [...httpFilters],
  });
  const manager = {
    name: 'envoy.filters.network.http_connection_manager',
    configType: { case: 'typedConfig' as const, value: typedConfig },
  };
  return create(ListenerSchema, {
    name: 'routes',
    address: socketAddress('127.0.0.1', 8080),
    filterChains: [{ filters: [manager] }],
  });
}

test('every setting of routes and clusters', async () => {
  const configuration = await withEverything();
  await validate(() => configuration);
});
