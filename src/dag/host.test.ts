// What a root serves on its own host: containment, TLS, permitInsecure, and what takes the whole host out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfSigned } from '../testing/certificates.ts';
import { type HostSummary, summarise } from '../testing/host-summary.ts';
import {
  certificateDelegation,
  delegate,
  type IngressRouteOptions,
  ingress,
  ingressRoute,
  path,
  route,
  rule,
  service,
  serviceReference,
  tcpProxy,
  tlsSecret,
} from '../testing/objects.ts';
import { defaultSettings, viewOf } from '../testing/view.ts';
import { buildHost } from './host.ts';
import type { HealthCheckSpec, KubernetesObject, RouteSpec, ServiceReference } from './objects.ts';
import type { GraphSettings } from './view.ts';

const host = 'a.com';
const pair = await selfSigned(host);
const services = [service('a/web'), service('a/api'), service('b/web')];
const secret = tlsSecret('a/cert', pair);
const root = (options: IngressRouteOptions, ...routes: readonly RouteSpec[]) =>
  ingressRoute('a/root', { fqdn: host, routes, ...options });
const web = route('/', 'web:80');

const noHealthCheck: HealthCheckSpec = {
  ...{ path: '/healthz', host: undefined, intervalSeconds: undefined, timeoutSeconds: undefined },
  ...{ unhealthyThresholdCount: undefined, healthyThresholdCount: undefined },
};
const withService = (options: Partial<ServiceReference>, match = '/bad') =>
  route(match, '', { services: [{ ...serviceReference('web:80'), ...options }] });
const retry = (count: number, perTryTimeout?: string) => ({ count, perTryTimeout });

interface Case {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  readonly settings?: Partial<GraphSettings>;
  readonly expected: Partial<HostSummary>;
}

const malformed = [{ path: 'spec.routes[0].services[0].port', message: 'must be an integer' }];
const failing: readonly (readonly [code: string, bad: RouteSpec])[] = [
  ['ServiceMissing', route('/bad', 'none:80')],
  ['PortOutOfRange', route('/bad', 'web:80 api:65536')],
  ['PortOutOfRange', route('/bad', 'web:0')],
  ['WeightNegative', route('/bad', 'web:80=-1 api:80')],
  ['ServicesAndDelegate', route('/bad', 'web:80', { delegate: { name: 'x', namespace: undefined } })],
  ['NoTarget', route('/bad')],
  ['WebsocketsWithSeveralServices', route('/bad', 'web:80 api:80', { enableWebsockets: true })],
  ['MalformedField', route('/bad', 'web:80', { malformed })],
  ['RetryCountNegative', route('/bad', 'web:80', { retryPolicy: retry(-1) })],
  ['PrefixRewriteInvalid', route('/bad', 'web:80', { prefixRewrite: 'v1' })],
  ['PrefixRewriteInvalid', route('/bad', 'web:80', { prefixRewrite: '/v1?x' })],
  ['HealthCheckPathInvalid', withService({ healthCheck: { ...noHealthCheck, path: undefined } })],
  ['HealthCheckPathInvalid', withService({ healthCheck: { ...noHealthCheck, path: '/a b' } })],
  ['HealthCheckHostInvalid', withService({ healthCheck: { ...noHealthCheck, host: 'a\r\nb' } })],
  ['HealthCheckNumberInvalid', withService({ healthCheck: { ...noHealthCheck, timeoutSeconds: -1 } })],
  ['ValidationIncomplete', withService({ validation: { caSecret: 'ca', subjectName: undefined } })],
  ['ValidationIncomplete', withService({ validation: { caSecret: undefined, subjectName: 'x' } })],
  ['ValidationNeedsTls', withService({ validation: { caSecret: 'ca', subjectName: 'x' } })],
];

const containment: readonly Case[] = failing.map(([code, bad]) => ({
  name: `${code}: its prefix answers 503 on both listeners, the rest serves`,
  objects: [root({ tls: 'cert' }, web, bad), secret],
  expected: {
    http: ['/bad -> 503', '/ -> redirect'],
    https: ['/bad -> 503', '/ -> web'],
    problems: { 'IngressRoute/a/root': [code] },
  },
}));

const unknownFields = [{ path: 'spec.routes[0].permitinsecure', nearest: 'permitInsecure' }];
const odd: readonly (readonly [code: string, odd: RouteSpec])[] = [
  ['DurationUnreadable', route('/', 'web:80', { timeoutPolicy: { request: '5 minutes' } })],
  ['DurationUnreadable', route('/', 'web:80', { retryPolicy: retry(1, 'soon') })],
  ['StrategyUnknown', withService({ strategy: 'Fastest' }, '/')],
  ['UnknownField', route('/', 'web:80', { unknownFields })],
];
const routes: readonly Case[] = [
  ...odd.map(([code, bad]) => ({
    name: `${code} is a warning, and the route serves`,
    objects: [root({}, bad)],
    expected: { http: ['/ -> web'], problems: { 'IngressRoute/a/root': [`${code}?`] } },
  })),
  {
    name: 'websockets',
    objects: [root({}, route('/', 'web:80', { enableWebsockets: true }))],
    expected: { http: ['/ -> web websockets'], https: undefined, problems: {} },
  },
  {
    name: 'a path that no request can have is left out',
    objects: [root({}, web, route('/a//b', 'web:80'), route('b', 'web:80'))],
    expected: { http: ['/ -> web'], problems: { 'IngressRoute/a/root': ['MatchInvalid', 'MatchInvalid'] } },
  },
  {
    name: 'a match that looks like a pattern gets a warning',
    objects: [root({}, route('/blog*', 'web:80'))],
    expected: { http: ['/blog* -> web'], problems: { 'IngressRoute/a/root': ['MatchEnding?'] } },
  },
  {
    name: 'no routes: the host is there',
    objects: [root({})],
    expected: { http: [], problems: { 'IngressRoute/a/root': ['NoRoutes?'] } },
  },
  {
    name: 'plain prefixes by setting',
    objects: [root({}, route('/blog', 'web:80'))],
    settings: { prefixMatch: 'string' },
    expected: { http: ['string-prefix /blog -> web'] },
  },
];

const insecure = route('/open', 'web:80', { permitInsecure: true });
const elsewhere = [tlsSecret('b/cert', pair), root({ tls: 'b/cert' }, web)] as const;
const certificate = 'a/cert';
const tls: readonly Case[] = [
  {
    name: 'HTTP redirects, except what permitInsecure allows',
    objects: [root({ tls: 'cert' }, web, insecure), secret],
    expected: { http: ['/open -> web', '/ -> redirect'], https: ['/open -> web', '/ -> web'], certificate },
  },
  {
    name: 'permitInsecure switched off',
    objects: [root({ tls: 'cert' }, web, insecure), secret],
    settings: { disablePermitInsecure: true },
    expected: { http: ['/open -> redirect', '/ -> redirect'] },
  },
  {
    name: 'a secret of another namespace with a delegation',
    objects: [...elsewhere, certificateDelegation('b/d', 'cert', 'x', 'a')],
    expected: { https: ['/ -> web'], certificate: 'b/cert', problems: {} },
  },
  {
    name: 'a secret of another namespace with a delegation to all',
    objects: [...elsewhere, certificateDelegation('b/d', 'cert', '*')],
    expected: { https: ['/ -> web'], certificate: 'b/cert' },
  },
  {
    name: 'the own namespace needs no delegation',
    objects: [root({ tls: 'a/cert' }, web), secret],
    expected: { https: ['/ -> web'], certificate },
  },
  {
    name: 'secretName beats passthrough',
    objects: [root({ tls: { secretName: 'cert', passthrough: true } }, web), secret],
    expected: { https: ['/ -> web'], problems: { 'IngressRoute/a/root': ['PassthroughIgnored?'] } },
  },
  {
    name: 'tcpproxy without TLS and beside routes is ignored',
    objects: [root({ tcpproxy: tcpProxy('web:80') }, web)],
    expected: { http: ['/ -> web'], problems: { 'IngressRoute/a/root': ['TcpProxyIgnored?'] } },
  },
];

const takenOut: readonly (readonly [code: string, objects: readonly KubernetesObject[]])[] = [
  ['SecretMissing', [root({ tls: 'cert' }, web)]],
  ['SecretNameMissing', [root({ tls: '' }, web)]],
  ['SecretNameInvalid', [root({ tls: 'a/b/c' }, web)]],
  ['SecretTypeWrong', [root({ tls: 'cert' }, web), tlsSecret('a/cert', pair, 'Opaque')]],
  ['SecretMalformed', [root({ tls: 'cert' }, web), tlsSecret('a/cert', { certificate: 'x', key: 'y' })]],
  [
    'SecretNotDelegated',
    [...elsewhere, certificateDelegation('b/d', 'other', 'a'), certificateDelegation('c/d', 'cert', 'a')],
  ],
  ['PassthroughNeedsTcpProxy', [root({ tls: { passthrough: true } }, web)]],
  ['TlsVersionUnknown', [root({ tls: { secretName: 'cert', minimumProtocolVersion: '1.0' } }, web), secret]],
  ['TcpProxyNeedsTls', [root({ tcpproxy: tcpProxy('web:80') })]],
  [
    'MalformedField',
    [root({ malformed: [{ path: 'spec.virtualhost.tls', message: 'must be an object' }] }, web)],
  ],
];
const asksForTls = (object: KubernetesObject) =>
  object.kind === 'IngressRoute' && object.virtualhost?.tls !== undefined;
const hostLevel: readonly Case[] = takenOut.map(([code, objects]) => ({
  name: `${code} takes the root's routes out, not its namespace's Ingress paths on the plain listener`,
  objects: [
    ...objects,
    ingress('a/acme', { rules: [rule(host, path('/.well-known/x', 'api:80'), path('/', 'api:80'))] }),
  ],
  expected: {
    http: ['/.well-known/x -> api', '/ -> api'],
    https: objects.some(asksForTls) ? [] : undefined,
    certificate: undefined,
    problems: { 'IngressRoute/a/root': [code] },
  },
}));

for (const { name, objects, settings, expected } of [...containment, ...routes, ...tls, ...hostLevel]) {
  test(name, () => {
    const got = summarise(host, [...objects, ...services], settings);
    for (const field of ['http', 'https', 'certificate', 'problems'] as const) {
      if (field in expected) assert.deepEqual(got[field], expected[field], field);
    }
  });
}

test('a host without claims is none; a broken one stays a host, with nothing on it', () => {
  assert.equal(buildHost(viewOf([]), defaultSettings, host).host, undefined);
  const built = buildHost(viewOf([root({ tls: 'cert' }, web)]), defaultSettings, host).host;
  const https = { routes: [], certificate: undefined };
  assert.deepEqual(built, { host, http: [], https, owners: ['IngressRoute/a/root'] });
});

test('a secret that is not known yet keeps the build open, not failed', () => {
  for (const object of [
    root({ tls: 'cert' }, web),
    ingress('a/i', { rules: [rule(host, path('/', 'web:80'))], tls: { [host]: 'cert' } }),
  ]) {
    const view = viewOf([object, ...services], { unknownSecrets: ['Secret/a/cert'] });
    const built = buildHost(view, defaultSettings, host);
    assert.equal(built.incomplete, true);
    assert.deepEqual(
      [...built.reports.values()].flatMap(({ own }) => own),
      [],
    );
  }
});

test('authorities that are not known yet close their own share, and nobody else waits', () => {
  const validated = {
    ...serviceReference('web:80'),
    validation: { caSecret: 'ca', subjectName: 'web' },
  };
  const tls = {
    ...service('a/web'),
    annotations: new Map([['contour.heptio.com/upstream-protocol.tls', '80']]),
  };
  const objects = [
    root({}, route('/', 'api:80'), delegate('/child', 'child')),
    ingressRoute('a/child', { routes: [route('/child', '', { services: [validated] })] }),
    tls,
    service('a/api'),
  ];
  const built = buildHost(viewOf(objects, { unknownSecrets: ['Secret/a/ca'] }), defaultSettings, host);
  assert.equal(built.incomplete, false);
  assert.deepEqual(built.waiting, ['IngressRoute/a/child']);
  assert.deepEqual(
    built.host?.http?.map(({ match, action }) => `${match.path} ${action.kind}`),
    ['/child respond', '/ forward'],
  );
});

test('only what the host needs is read, and a secret only with leave', () => {
  const objects = [...elsewhere, ...services, ingressRoute('a/other', { routes: [route('/', 'api:80')] })];
  const view = viewOf(objects);
  buildHost(view, defaultSettings, host);
  assert.deepEqual([...view.reads.keys()], ['claim/a.com', 'grant/b/cert/a', 'Service/a/web']);
});
