// Matches and actions in Envoy's terms.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { RouteSchema } from '@envoyproxy/protos/envoy/config/route/v3/route_components_pb.js';
import type { Action, Route, RoutePolicy } from '../dag/model.ts';
import { clusterName, missingCluster } from './names.ts';
import { envoyRoutes, notFoundRoute } from './route.ts';
import { cluster, forward, route } from './testing/fixtures.ts';

const all = (of: Route, redirectPort?: number) =>
  envoyRoutes(of, { redirectPort }).map((one) =>
    JSON.parse(JSON.stringify(toJson(RouteSchema, create(RouteSchema, one)))),
  );
const json = (of: Route, redirectPort?: number) => all(of, redirectPort)[0];
const unavailable: Action = { kind: 'respond', status: 503 };

const matches = [
  ['prefix', '/', { prefix: '/' }],
  ['prefix', '/blog', { pathSeparatedPrefix: '/blog' }],
  ['prefix', '/b', { pathSeparatedPrefix: '/b' }],
  ['prefix', '/blog/', { prefix: '/blog/' }],
  ['prefix', '/blog?', { prefix: '/blog?' }],
  ['prefix', '/a#b', { prefix: '/a#b' }],
  ['string-prefix', '/blog', { prefix: '/blog' }],
  ['exact', '/blog', { path: '/blog' }],
  ['regex', '/v[0-9]+/.*', { safeRegex: { regex: '/v[0-9]+/.*' } }],
] as const;

for (const [kind, path, match] of matches) {
  test(`${kind} ${path}`, () => assert.deepEqual(json(route(path, unavailable, kind)).match, match));
}

test('a route is named by its object and its match', () => {
  assert.equal(json(route('/blog', unavailable)).name, 'IngressRoute/shop/root /blog');
});

test('one backend is a single cluster', () => {
  assert.deepEqual(json(route('/', forward(cluster('cart')))).route, {
    cluster: clusterName(cluster('cart')),
  });
});

test('several backends share by weight; one without a cluster keeps its share for 503', () => {
  const action = forward({ cluster: cluster('cart'), weight: 90 }, { cluster: undefined, weight: 10 });
  assert.deepEqual(json(route('/', action)).route.weightedClusters.clusters, [
    { name: clusterName(cluster('cart')), weight: 90 },
    { name: missingCluster, weight: 10 },
  ]);
});

test('a single backend without a cluster, and no backend, go to the cluster that never exists', () => {
  for (const action of [forward({ cluster: undefined, weight: 1 }), forward()]) {
    assert.deepEqual(json(route('/', action)).route, { cluster: missingCluster });
  }
});

test('weights whose sum Envoy would refuse keep their proportion', () => {
  const most = 0xff_ff_ff_ff;
  const action = forward({ cluster: cluster('a'), weight: most }, { cluster: cluster('b'), weight: most });
  const weights = json(route('/', action)).route.weightedClusters.clusters.map(
    (share: { weight: number }) => share.weight,
  );
  assert.equal(weights[0], weights[1]);
  assert.ok(weights[0] + weights[1] <= most && weights[0] > 2 ** 30);
});

test('websockets are an upgrade of the route that allows them', () => {
  const action: Action = { ...forward(cluster('chat')), kind: 'forward', backends: [], websockets: true };
  assert.deepEqual(json(route('/', action)).route.upgradeConfigs, [
    { upgradeType: 'websocket', enabled: true },
  ]);
});

const silences = [
  [undefined, { idleTimeout: '9001s' }],
  [1_500, { timeout: '1.500s', idleTimeout: '9001s' }],
  [600_000, { timeout: '600s', idleTimeout: '9001s' }],
  [9_000_000, { timeout: '9000s', idleTimeout: '9060s' }],
  ['infinity', { timeout: '0s', idleTimeout: '0s' }],
] as const;
for (const [timeoutMs, expected] of silences)
  test(`a websocket may be silent, with a timeout of ${timeoutMs ?? 'the default'}`, () => {
    const policy = timeoutMs === undefined ? {} : { timeoutMs };
    const action: Action = {
      ...forward(cluster('chat')),
      kind: 'forward',
      backends: [],
      websockets: true,
      policy,
    };
    const { timeout, idleTimeout } = json(route('/', action)).route;
    assert.deepEqual(JSON.parse(JSON.stringify({ timeout, idleTimeout })), expected);
  });

test('a redirect to HTTPS is permanent and names a port only if told to', () => {
  const redirect = route('/', { kind: 'redirect-to-https' });
  assert.deepEqual(json(redirect).redirect, { httpsRedirect: true });
  assert.deepEqual(json(redirect, 8443).redirect, { httpsRedirect: true, portRedirect: 8443 });
});

test('503 is answered by Envoy itself', () => {
  assert.deepEqual(json(route('/', unavailable)).directResponse, { status: 503 });
});

test('the catch-all takes every path and has a name', () => {
  assert.deepEqual(toJson(RouteSchema, create(RouteSchema, notFoundRoute('a.com'))), {
    name: 'a.com/404',
    match: { prefix: '/' },
    directResponse: { status: 404 },
  });
});

const rewrites = [
  ['prefix', '/blog', '/v1', ['pathSeparatedPrefix /blog -> /v1']],
  ['prefix', '/blog', '/v1/', ['prefix /blog/ -> /v1/', 'path /blog -> /v1/']],
  ['prefix', '/blog', '/', ['prefix /blog/ -> /', 'path /blog -> /']],
  ['prefix', '/blog/', '/v1', ['prefix /blog/ -> /v1/']],
  ['prefix', '/', '/v1', ['prefix / -> /v1/']],
  ['prefix', '/', '/', ['prefix / -> /']],
  ['prefix', '/', '/v1/', ['prefix / -> /v1/']],
  ['prefix', '/blog', '//', ['prefix /blog/ -> /', 'path /blog -> /']],
  ['prefix', '/blog/', '/v1///', ['prefix /blog/ -> /v1/']],
  ['prefix', '/blog', '//v1//x', ['pathSeparatedPrefix /blog -> /v1/x']],
  ['prefix', '/blog', '/v1/x', ['pathSeparatedPrefix /blog -> /v1/x']],
  ['string-prefix', '/blog/', '/v1', ['prefix /blog/ -> /v1/']],
  ['string-prefix', '/blog', '/', ['prefix /blog/ -> /', 'prefix /blog -> /']],
  ['string-prefix', '/blog', '/v1', ['prefix /blog -> /v1']],
] as const;

for (const [kind, path, prefixRewrite, expected] of rewrites) {
  test(`${kind} ${path} rewritten to ${prefixRewrite}`, () => {
    const action: Action = { ...forward(cluster('blog')), policy: { prefixRewrite } };
    const got = all(route(path, action, kind)).map(({ name, match, route: to }) => {
      assert.equal(name, `IngressRoute/shop/root ${path}`);
      return `${Object.entries(match).flat().join(' ')} -> ${to.prefixRewrite}`;
    });
    assert.deepEqual(got, expected);
  });
}

const policies: readonly (readonly [name: string, policy: RoutePolicy, expected: object])[] = [
  ['a time', { timeoutMs: 1_500 }, { timeout: '1.500s' }],
  [
    'a time so long that Envoy would end it as idle',
    { timeoutMs: 600_000 },
    { timeout: '600s', idleTimeout: '660s' },
  ],
  ['ten years', { timeoutMs: 315_360_000_000 }, { timeout: '315360000s', idleTimeout: '315360060s' }],
  ['no limit', { timeoutMs: 'infinity' }, { timeout: '0s', idleTimeout: '0s' }],
  ['tries', { retry: { count: 3 } }, { retryPolicy: { retryOn: '5xx', numRetries: 3 } }],
  [
    'tries of so long',
    { retry: { count: 1, perTryTimeoutMs: 200 } },
    { retryPolicy: { retryOn: '5xx', numRetries: 1, perTryTimeout: '0.200s' } },
  ],
];
for (const [name, policy, expected] of policies)
  test(`policy: ${name}`, () => {
    const action: Action = { ...forward(cluster('blog')), policy };
    assert.deepEqual(json(route('/', action)).route, { cluster: clusterName(cluster('blog')), ...expected });
  });

test('a client stays at one endpoint if any of the Services asks for it', () => {
  const sticky = cluster('blog', { strategy: 'cookie' });
  const cookie = { name: 'X-Contour-Session-Affinity', path: '/', ttl: '0s' };
  assert.deepEqual(json(route('/', forward(cluster('web'), sticky))).route.hashPolicy, [{ cookie }]);
});
