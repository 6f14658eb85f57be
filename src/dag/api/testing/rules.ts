// What an API server refuses of an IngressRoute by our schema, and what it takes: each rule with a spec on both sides.

export interface Refused {
  readonly name: string;
  readonly spec: object;
  /** In what the server says. */
  readonly says: RegExp;
  /** Of the problem by which the same object fails where no server has looked at it. */
  readonly code: string;
}

const service = { name: 'web', port: 80 };
const route = { match: '/', services: [service] };
const fqdn = 'a.example.com';

/** A root with one route that differs so from a good one. */
const withRoute = (more: object) => ({ virtualhost: { fqdn }, routes: [{ ...route, ...more }] });
const withService = (more: object) => withRoute({ services: [{ ...service, ...more }] });
const withHost = (virtualhost: object) => ({ virtualhost, routes: [route] });
const withFqdn = (name: string): Refused => ({
  ...{ name: `fqdn "${name.slice(0, 20)}"`, spec: withHost({ fqdn: name }), code: 'FqdnInvalid' },
  says: /fqdn must be one exact DNS name such as www.example.com/,
});
const healthCheck = { path: '/healthz' };
const withNumber = (field: string): Refused => ({
  ...{ name: `healthCheck.${field} below 0`, code: 'HealthCheckNumberInvalid' },
  spec: withService({ healthCheck: { ...healthCheck, [field]: -1 } }),
  says: new RegExp(`${field}.*should be greater than or equal to 0`),
});
const many = (count: number, one: object) => Array.from({ length: count }, () => one);

export const refused: readonly Refused[] = [
  ...[
    '*.example.com',
    'a.example.com:80',
    'a..com',
    '-a.com',
    'a.com/x',
    'a b',
    ' a.com',
    `${'a'.repeat(64)}.com`,
  ].map(withFqdn),
  withFqdn(`${'a.'.repeat(126)}abc`),
  { name: 'no fqdn', spec: withHost({}), says: /virtualhost needs an fqdn/, code: 'FqdnInvalid' },
  {
    name: 'fqdn null',
    spec: withHost({ fqdn: null }),
    says: /virtualhost needs an fqdn/,
    code: 'FqdnInvalid',
  },
  {
    name: 'an unknown TLS version',
    spec: withHost({ fqdn, tls: { secretName: 's', minimumProtocolVersion: '1.0' } }),
    says: /minimumProtocolVersion.*should match '\^\(1\[.\]\[123\]\)\?\$'/,
    code: 'TlsVersionUnknown',
  },
  {
    name: 'a TLS version that YAML made a number',
    spec: withHost({ fqdn, tls: { secretName: 's', minimumProtocolVersion: 1.2 } }),
    says: /minimumProtocolVersion: expected string/,
    code: 'MalformedField',
  },
  {
    name: 'match without slash',
    spec: withRoute({ match: 'blog' }),
    says: /route needs a match, a path that begins with "\/", such as/,
    code: 'MatchInvalid',
  },
  {
    name: 'no match',
    spec: withRoute({ match: null }),
    says: /route needs a match, a path that begins with "\/"/,
    code: 'MatchMissing',
  },
  {
    name: 'a match that is too long',
    spec: withRoute({ match: `/${'a'.repeat(2_048)}` }),
    says: /match.*Too long: may not be more than 2048/,
    code: 'MalformedField',
  },
  {
    name: 'port 0',
    spec: withService({ port: 0 }),
    says: /port.*greater than or equal to 1/,
    code: 'PortOutOfRange',
  },
  {
    name: 'port 65536',
    spec: withService({ port: 65_536 }),
    says: /port.*less than or equal to 65535/,
    code: 'PortOutOfRange',
  },
  {
    name: 'a negative weight',
    spec: withService({ weight: -1 }),
    says: /weight.*greater than or equal to 0/,
    code: 'WeightNegative',
  },
  {
    name: 'services and delegate',
    spec: withRoute({ delegate: { name: 'x' } }),
    says: /route has both services and delegate; give one of them/,
    code: 'ServicesAndDelegate',
  },
  {
    name: 'services and delegate of a tcpproxy',
    spec: {
      virtualhost: { fqdn, tls: { passthrough: true } },
      tcpproxy: { services: [service], delegate: { name: 'x' } },
    },
    says: /tcpproxy has both services and delegate; give one of them/,
    code: 'ServicesAndDelegate',
  },
  {
    name: 'websockets with two services',
    spec: withRoute({ enableWebsockets: true, services: [service, { ...service, name: 'api' }] }),
    says: /enableWebsockets needs a route with exactly one service/,
    code: 'WebsocketsWithSeveralServices',
  },
  {
    name: 'a health check without path',
    spec: withService({ healthCheck: {} }),
    says: /healthCheck needs a path; give the one that tells health/,
    code: 'HealthCheckPathInvalid',
  },
  {
    name: 'a health check whose path has no slash',
    spec: withService({ healthCheck: { path: 'healthz' } }),
    says: /healthCheck.path.*should match '\^\\\/'/,
    code: 'HealthCheckPathInvalid',
  },
  ...['intervalSeconds', 'timeoutSeconds', 'unhealthyThresholdCount', 'healthyThresholdCount'].map(
    withNumber,
  ),
  {
    name: 'a negative count of tries',
    spec: withRoute({ retryPolicy: { count: -1 } }),
    says: /retryPolicy.count.*greater than or equal to 0/,
    code: 'RetryCountNegative',
  },
  {
    name: 'too many routes',
    spec: { virtualhost: { fqdn }, routes: many(1_025, route) },
    says: /routes.*Too many: 1025: must have at most 1024 items/,
    code: 'MalformedField',
  },
  {
    name: 'too many services',
    spec: withRoute({ services: many(65, service) }),
    says: /services.*Too many: 65: must have at most 64 items/,
    code: 'MalformedField',
  },
];

/** Old manifests hold these: the status warns, or says what is wrong, but nobody's manifest is refused for it. */
export const taken: readonly (readonly [name: string, spec: object])[] = [
  ['a root', withRoute({})],
  ['upper case in the fqdn', withHost({ fqdn: 'A.Example.COM' })],
  ['an fqdn of one label', withHost({ fqdn: 'localhost' })],
  ['a longest fqdn', withHost({ fqdn: `${'a.'.repeat(126)}a` })],
  ...['1.1', '1.2', '1.3', '', null].map(
    (minimumProtocolVersion) =>
      [
        `TLS ${minimumProtocolVersion}`,
        withHost({ fqdn, tls: { secretName: 's', minimumProtocolVersion } }),
      ] as const,
  ),
  ['a child', { routes: [route] }],
  ['no routes', { virtualhost: { fqdn } }],
  ['empty routes', { virtualhost: { fqdn }, routes: [] }],
  [
    'ports 1 and 65535',
    withRoute({
      services: [
        { ...service, port: 1 },
        { ...service, port: 65_535 },
      ],
    }),
  ],
  ['weight 0', withService({ weight: 0 })],
  ['delegate', { virtualhost: { fqdn }, routes: [{ match: '/', delegate: { name: 'x', namespace: 'b' } }] }],
  ['delegate and no services', withRoute({ services: [], delegate: { name: 'x' } })],
  ['delegate null', withRoute({ delegate: null })],
  ['neither services nor delegate', { virtualhost: { fqdn }, routes: [{ match: '/' }] }],
  ['websockets with one service', withRoute({ enableWebsockets: true })],
  ['websockets null', withRoute({ enableWebsockets: null, services: [service, service] })],
  [
    'a health check',
    withService({ healthCheck: { ...healthCheck, intervalSeconds: 0, timeoutSeconds: null } }),
  ],
  [
    'an unreadable duration',
    withRoute({ timeoutPolicy: { request: 'soon' }, retryPolicy: { perTryTimeout: '-' } }),
  ],
  ['an unknown strategy', withService({ strategy: 'Fastest' })],
  ['a match with an odd end', withRoute({ match: '/blog*' })],
  ['a longest match', withRoute({ match: `/${'a'.repeat(2_047)}` })],
  [
    'a dummy route beside tcpproxy',
    { ...withHost({ fqdn, tls: { passthrough: true } }), tcpproxy: { services: [service] } },
  ],
  ['an unknown field', { ...withRoute({ permitinsecure: true }), dummy: { any: [1] } }],
  ['null everywhere', { virtualhost: null, routes: null, tcpproxy: null }],
];
