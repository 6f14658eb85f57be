// IngressRoutes of generated worlds: roots and children that delegate to each other, in circles and to nothing.
import fc from 'fast-check';
import type { IngressRoute, Metadata, RouteItem, RouteService } from './objects.ts';
import { often, type Range, seldom } from './range.ts';

/** The ones that delegations name, roots among them. */
export const rootNames = ['r', 'q'] as const;
export const childNames = ['x', 'y', 'z'] as const;

/** Matches that no path has after normalisation. */
const impossibleMatches = ['/a//b', '/a/../b', '/a?x', '/a#b', '/b/.'];

const routeService: fc.Arbitrary<RouteService> = fc
  .record({
    name: often(fc.constantFrom('s', 't', 'u'), fc.constant('missing'), 15),
    port: often(fc.constant(80), fc.constantFrom(81, 0, 70000), 30),
    weight: often(fc.constant(undefined), fc.constantFrom(0, 0, 1, 1, 5, 5, -1), 1),
  })
  .map(({ weight, ...rest }) => ({ ...rest, ...(weight !== undefined && { weight }) }));

const someServices = often(
  fc.array(routeService, { minLength: 1, maxLength: 1 }),
  fc.array(routeService, { minLength: 2, maxLength: 3 }),
  3,
);

const delegateIn = ({ namespaces }: Range) =>
  fc
    .record({
      name: fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...childNames) },
        { weight: 4, arbitrary: fc.constantFrom(...rootNames, 'nobody') },
      ),
      namespace: seldom(fc.constantFrom(...namespaces), 1),
    })
    .map(({ name, namespace }) => (namespace === undefined ? { name } : { name, namespace }));

const targetIn = (range: Range): fc.Arbitrary<Pick<RouteItem, 'services' | 'delegate'>> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.record({ services: someServices }) },
    { weight: 20, arbitrary: fc.record({ delegate: delegateIn(range) }) },
    { weight: 1, arbitrary: fc.record({ services: someServices, delegate: delegateIn(range) }) },
    { weight: 1, arbitrary: fc.constant({}) },
  );

const optional = fc.record({
  enableWebsockets: seldom(fc.constant(true), 6),
  permitInsecure: seldom(fc.boolean(), 1),
  prefixRewrite: seldom(fc.constantFrom('/', '/v1', '/v1/', '/a'), 3),
});

function routeItem(range: Range): fc.Arbitrary<RouteItem> {
  const match = often(fc.constantFrom(...range.matches), fc.constantFrom(...impossibleMatches), 30);
  return fc
    .tuple(match, targetIn(range), optional)
    .map(([match, target, { enableWebsockets, permitInsecure, prefixRewrite }]) => ({
      ...{ match, ...target },
      ...(enableWebsockets !== undefined && { enableWebsockets }),
      ...(permitInsecure !== undefined && { permitInsecure }),
      ...(prefixRewrite !== undefined && { prefixRewrite }),
    }));
}

function virtualhost({ exactHosts, tlsHosts, namespaces }: Range) {
  const secretName = fc.oneof(
    { weight: 8, arbitrary: fc.constant('good') },
    { weight: 1, arbitrary: fc.constantFrom('missing', 'mismatched') },
    { weight: 4, arbitrary: fc.constantFrom(...namespaces).map((owner) => `${owner}/good`) },
  );
  const named = often(
    fc.constantFrom(...exactHosts),
    fc.constantFrom('ONE.com', 'two.com:80', '*.w.com', ''),
    30,
  );
  return named.chain((fqdn) => {
    const tls = tlsHosts.includes(fqdn.toLowerCase());
    return fc
      .oneof(
        { weight: tls ? 9 : 1, arbitrary: secretName.map((secretName) => ({ tls: { secretName } })) },
        { weight: tls ? 1 : 9, arbitrary: fc.constant({}) },
      )
      .map((tls) => ({ fqdn, ...tls }));
  });
}

const ingressRoute = (metadata: Metadata, spec: IngressRoute['spec']): IngressRoute => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata,
  spec,
});

/** A root; half of them have something for `/`. */
export const root = (range: Range): fc.Arbitrary<IngressRoute> =>
  fc
    .tuple(
      range.metadata(rootNames),
      virtualhost(range),
      seldom(routeItem(range), 1),
      fc.array(routeItem(range), { maxLength: 6 }),
    )
    .map(([at, virtualhost, first, others]) => {
      const routes = [...(first === undefined ? [] : [{ ...first, match: '/' }]), ...others];
      return ingressRoute(at, { virtualhost, routes });
    });

/** What is delegated to. */
export const child = (range: Range): fc.Arbitrary<IngressRoute> =>
  fc
    .tuple(range.metadata(childNames), fc.array(routeItem(range), { minLength: 1, maxLength: 5 }))
    .map(([at, routes]) => ingressRoute(at, { routes }));
