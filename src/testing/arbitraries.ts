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

const service = fc.record({ name: fc.constantFrom(...names), port: fc.constantFrom(80, 80, 80, 81) });
const route = fc.oneof(
  fc.record({
    match: fc.constantFrom(...paths),
    services: fc.array(service, { minLength: 1, maxLength: 2 }),
  }),
  fc.tuple(fc.constantFrom(...paths), where).map(([match, target]) => manifests.delegateTo(match, target)),
);

const routes = fc.array(route, { maxLength: 3 });
const secretName = fc.constantFrom('x', 'a/x', 'b/x', '');

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
    )
    .map(([at, found]) => manifests.ingressRoute(at, { routes: found })),
  fc
    .tuple(
      where,
      fc.record(
        { fqdn: fc.constantFrom(...hosts), secretName, routes, metadata },
        { requiredKeys: ['routes', 'metadata'] },
      ),
    )
    .map(([at, options]) => manifests.ingressRoute(at, options)),
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
        defaultService: fc.constantFrom(...names),
        ingressClass: fc.constantFrom('contour', 'other'),
        metadata,
      },
      { requiredKeys: ['hosts', 'metadata'] },
    ),
  )
  .map(([at, options]) => manifests.ingress(at, options));

/** Services first: most routes lead nowhere without them. */
const others = (certificate: Readonly<Record<string, string>>) => [
  where.map((at) => manifests.service(at)),
  where.map((at) => manifests.service(at, { ports: [{ port: 81, name: 'web' }] })),
  where.map((at) => manifests.secret(at, certificate)),
  where.map((at) => manifests.secret(at)),
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
    ...others(certificate).map((arbitrary, index) => ({ weight: index === 0 ? 6 : 2, arbitrary })),
  );

/** One object created, edited or removed after the other. */
export const history = (
  certificate: Readonly<Record<string, string>> = {},
  maxLength = 60,
): fc.Arbitrary<readonly ObjectEvent[]> =>
  fc.array(
    fc.record({
      type: fc.oneof(
        { weight: 6, arbitrary: fc.constant('applied' as const) },
        { weight: 1, arbitrary: fc.constant('deleted' as const) },
      ),
      object: anyObject(certificate),
    }),
    { maxLength, size: 'max' },
  );
