// Random objects and histories from small name spaces, so that they collide: roots and children of each other,
// cycles, shared services, secrets and grants, several claimants of a host, classes that come and go.
import fc from 'fast-check';
import type { ObjectEvent, RawObject } from '../store/events.ts';
import * as manifests from './manifests.ts';

const namespaces = ['a', 'b'] as const;
const names = ['x', 'y', 'z'] as const;
const hosts = ['one.com', 'one.com', 'two.com', 'Two.com', 'three.com', 'bad host'] as const;
const paths = ['/', '/', '/p', '/p', '/p/q', '/r', 'p'] as const;

const where = fc
  .tuple(fc.constantFrom(...namespaces), fc.constantFrom(...names))
  .map((parts) => parts.join('/'));

/** Mostly none; objects of a folder have no times. */
const metadata = fc.record(
  {
    creationTimestamp: fc.constantFrom('2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z'),
    annotations: fc.constantFrom(
      {},
      { 'kubernetes.io/ingress.class': 'contour' },
      { 'contour.heptio.com/ingress.class': 'other' },
      { unread: 'x' },
    ),
    resourceVersion: fc.constantFrom('1', '2'),
  },
  { requiredKeys: [] },
);

/** What most objects don't say, and what is said for `key` now and then, as a record to be spread. */
const seldom = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ [key]: value }) });

const durations = fc.constantFrom('1s', '0', 'infinity', '90m', 'soon', '9999999999999h');
const healthCheck = fc.record(
  {
    path: fc.constantFrom('/healthz', '/h', '/', '/', 'healthz'),
    host: fc.constantFrom('health', 'b', 'c', 'a b'),
    intervalSeconds: fc.constantFrom(5, 6, 7, 0, -1),
    healthyThresholdCount: fc.constantFrom(1, 2),
  },
  { requiredKeys: ['path'] },
);
const validation = fc.record({
  caSecret: fc.constantFrom('x', 'x', 'x', 'y', ''),
  subjectName: fc.constantFrom('one.com', 'one.com', 'two.com', ''),
});

const service = fc
  .tuple(
    fc.record({ name: fc.constantFrom(...names), port: fc.constantFrom(80, 80, 80, 80, 80, 81) }),
    seldom('weight', fc.constantFrom(0, 1, 2, 3, -1)),
    seldom('strategy', fc.constantFrom('WeightedLeastRequest', 'Random', 'Cookie', 'RoundRobin', 'cookie')),
    seldom('healthCheck', healthCheck),
    seldom('validation', validation),
  )
  .map(([reference, ...fields]): manifests.ServiceReference => Object.assign({}, reference, ...fields));

const policy = fc
  .tuple(
    seldom('enableWebsockets', fc.boolean()),
    seldom('permitInsecure', fc.boolean()),
    seldom('prefixRewrite', fc.constantFrom('/', '/v1', '/v1/', 'v1')),
    seldom('timeoutPolicy', fc.record({ request: durations })),
    seldom(
      'retryPolicy',
      fc.record({ count: fc.constantFrom(0, 2, -1), perTryTimeout: durations }, { requiredKeys: [] }),
    ),
  )
  .map((fields): object => Object.assign({}, ...fields));

const services = fc.array(service, { minLength: 1, maxLength: 2 });
const route = fc.oneof(
  fc
    .tuple(fc.constantFrom(...paths), services, policy)
    .map(([match, to, more]): manifests.Route => ({ match, services: to, ...more })),
  fc.tuple(fc.constantFrom(...paths), where).map(([match, target]) => manifests.delegateTo(match, target)),
);

const routes = fc.array(route, { maxLength: 3 });
const tcpproxy: fc.Arbitrary<manifests.Target> = fc.oneof(
  fc.record({ services }),
  where.map(manifests.delegation),
);
const secretName = fc.constantFrom('x', 'x', 'x', 'a/x', 'b/x', '');
const tls: fc.Arbitrary<object> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ passthrough: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ minimumProtocolVersion: fc.constantFrom('1.1', '1.2', '1.3', '1.0') }),
  },
);

/** Mostly roots are called x and others are not, so that delegation leads somewhere. */
const ingressRoute = fc.oneof(
  fc
    .tuple(
      where.map((at) => at.replace(/.$/, 'x')),
      fc.record({ fqdn: fc.constantFrom(...hosts), routes }),
    )
    .map(([at, options]) => manifests.ingressRoute(at, options)),
  fc
    .tuple(
      where.map((at) => at.replace(/x$/, 'y')),
      routes,
      seldom('tcpproxy', tcpproxy),
    )
    .map(([at, found, more]) => manifests.ingressRoute(at, { routes: found, ...more })),
  fc
    .tuple(
      where,
      fc.record(
        { fqdn: fc.constantFrom(...hosts), secretName, tls, routes, metadata },
        { requiredKeys: ['routes', 'metadata'] },
      ),
      seldom('tcpproxy', tcpproxy),
    )
    .map(([at, options, more]) => manifests.ingressRoute(at, { ...options, ...more })),
  fc
    .tuple(
      where,
      fc.constantFrom(...hosts),
      fc.record({ secretName, tls, tcpproxy }, { requiredKeys: ['tcpproxy'] }),
    )
    .map(([at, fqdn, options]) => manifests.ingressRoute(at, { fqdn, ...options })),
);

const ingress = fc
  .tuple(
    where,
    fc.record(
      {
        hosts: fc.dictionary(fc.constantFrom('', '*.com', ...hosts), fc.constantFrom(...names), {
          maxKeys: 2,
          noNullPrototype: true,
        }),
        path: fc.constantFrom(...paths),
        defaultService: fc.constantFrom(...names),
        ingressClass: fc.constantFrom('contour', 'other'),
        metadata,
      },
      { requiredKeys: ['hosts', 'metadata'] },
    ),
    seldom('secretName', secretName),
  )
  .map(([at, options, more]) => manifests.ingress(at, { ...options, ...more }));

/** How Envoy talks to a Service. */
const annotations = fc.record(
  {
    'upstream-protocol.tls': fc.constantFrom('80', '80,web', '81'),
    'upstream-protocol.h2': fc.constantFrom('80', 'web'),
    'upstream-protocol.h2c': fc.constantFrom('80', ' web , 80'),
    'max-connections': fc.constantFrom('10', '0', 'many'),
    'max-retries': fc.constantFrom('1', '4294967296'),
  },
  { requiredKeys: [] },
);

const anyService = fc.oneof(
  { weight: 3, arbitrary: where.map((at) => manifests.service(at)) },
  {
    weight: 2,
    arbitrary: fc.tuple(where, annotations).map(([at, given]) => manifests.service(at, {}, given)),
  },
);

/** Of TLS, of authorities, of both, and of neither. */
const anySecret = (certificate: Readonly<Record<string, string>>) => {
  const ca = { 'ca.crt': certificate['tls.crt'] ?? '' };
  return fc
    .tuple(
      where,
      fc.constantFrom({}, certificate, ca, { ...certificate, ...ca }),
      fc.constantFrom('kubernetes.io/tls', 'kubernetes.io/tls', 'Opaque'),
    )
    .map(([at, values, type]) => manifests.secret(at, values, type));
};

/** Services first: most routes lead nowhere without them. */
const others = (certificate: Readonly<Record<string, string>>) => [
  anyService,
  where.map((at) => manifests.service(at, { ports: [{ port: 81, name: 'web' }] })),
  where.map((at) => manifests.secret(at, certificate)),
  anySecret(certificate),
  fc
    .tuple(where, fc.constantFrom('x', 'y'), fc.subarray(['a', 'b', '*']))
    .map(([at, secretName, targets]) => manifests.certificateDelegation(at, secretName, targets)),
  fc
    .tuple(fc.constantFrom('contour', 'other'), fc.boolean(), fc.constantFrom(undefined, 'elsewhere'))
    .map(([name, isDefault, controller]) =>
      manifests.ingressClass(name, controller === undefined ? { isDefault } : { isDefault, controller }),
    ),
  fc
    .tuple(where, fc.constantFrom(...names), fc.subarray(['10.0.0.1', '127.0.0.1']))
    .map(([at, name, addresses]) => manifests.endpointSlice(at, name, addresses)),
];

/** Any object that the store reads. `certificate` is the data of the Secrets that are usable, as plain text. */
export const anyObject = (certificate: Readonly<Record<string, string>> = {}): fc.Arbitrary<RawObject> =>
  fc.oneof(
    { weight: 8, arbitrary: ingressRoute },
    { weight: 4, arbitrary: ingress },
    ...others(certificate).map((arbitrary, index) => ({ weight: index === 0 ? 4 : 2, arbitrary })),
  );

/** What most routes need, or they lead nowhere: Services, some of which speak TLS, and Secrets for everything. */
const groundwork = (certificate: Readonly<Record<string, string>>): readonly RawObject[] =>
  namespaces.flatMap((namespace) => [
    manifests.secret(`${namespace}/x`, { ...certificate, 'ca.crt': certificate['tls.crt'] ?? '' }),
    manifests.service(`${namespace}/x`),
    manifests.service(`${namespace}/y`, {}, { 'upstream-protocol.tls': '80' }),
    manifests.service(`${namespace}/z`, {}, { 'upstream-protocol.h2': '80', 'max-requests': '9' }),
  ]);

/** One object created, edited or removed after the other; mostly some are there from the start. */
export const history = (
  certificate: Readonly<Record<string, string>> = {},
  maxLength = 60,
): fc.Arbitrary<readonly ObjectEvent[]> => {
  const type = fc.oneof(
    { weight: 6, arbitrary: fc.constant('applied' as const) },
    { weight: 1, arbitrary: fc.constant('deleted' as const) },
  );
  const event = fc.record({ type, object: anyObject(certificate) });
  const laid = groundwork(certificate).map(manifests.applied);
  return fc
    .tuple(fc.constantFrom(laid, laid, []), fc.array(event, { maxLength, size: 'max' }))
    .map(([before, happened]) => [...before, ...happened]);
};
