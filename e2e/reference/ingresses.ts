// Ingresses of generated worlds: every path type, exact, wildcard and default hosts, with and without TLS.
import fc from 'fast-check';
import type { Ingress, IngressPath, IngressRule } from './objects.ts';
import { often, type Range, seldom } from './range.ts';

/** Paths that are read as expressions, near the matches of IngressRoutes. */
export const expressions = ['/a[xb]', '/a/.*', '/(a|b)', '/a+'] as const;

const path: fc.Arbitrary<Pick<IngressPath, 'path' | 'pathType'>> = often<
  Pick<IngressPath, 'path' | 'pathType'>
>(
  fc.record({
    path: fc.constantFrom('/', '/', '/a', '/a', '/a/b', '/ab', '/b', '/a/'),
    pathType: fc.constantFrom('Exact', 'Prefix', 'Prefix', 'ImplementationSpecific'),
  }),
  fc.record({
    path: fc.constantFrom(...expressions),
    pathType: fc.constant('ImplementationSpecific' as const),
  }),
  9,
);

const backend = often(fc.constantFrom('s', 't', 'u'), fc.constant('missing'), 10).map((name) => ({
  service: { name, port: { number: 80 } },
}));

const ingressPath: fc.Arbitrary<IngressPath> = fc
  .tuple(path, backend)
  .map(([path, backend]) => ({ ...path, backend }));

const ruleIn = ({ ingressHosts }: Range): fc.Arbitrary<IngressRule> =>
  fc
    .tuple(fc.constantFrom(...ingressHosts), fc.array(ingressPath, { minLength: 1, maxLength: 3 }))
    .map(([host, paths]) => ({ ...(host !== '*' && { host }), http: { paths } }));

const plainHttp = often<Record<string, string>>(
  fc.constant({}),
  fc.constantFrom(
    { 'kubernetes.io/ingress.allow-http': 'false' },
    { 'ingress.kubernetes.io/force-ssl-redirect': 'true' },
  ),
  5,
);

const secretName = often(fc.constant('good'), fc.constantFrom('missing', 'mismatched'), 4);

/** TLS is for those of its hosts that have a name and mostly have TLS, or by an entry without hosts for all. */
export const ingress = (range: Range): fc.Arbitrary<Ingress> =>
  fc
    .record({
      metadata: range.metadata(['i', 'j', 'k']),
      rules: fc.array(ruleIn(range), { minLength: 1, maxLength: 2 }),
      defaultBackend: seldom(backend, 8),
      forAll: seldom(fc.constant(true), 8),
      secretName: often<string | undefined>(secretName, fc.constant(undefined), 4),
      plainHttp,
    })
    .map(({ metadata, rules, defaultBackend, forAll, secretName, plainHttp }) => {
      const hosts = rules.flatMap(({ host }) => host ?? []).filter((host) => range.tlsHosts.includes(host));
      const without = secretName === undefined || (hosts.length === 0 && forAll === undefined);
      const tls = without ? {} : { tls: [{ hosts: forAll === true ? [] : hosts, secretName }] };
      return {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { ...metadata, annotations: { ...metadata.annotations, ...plainHttp } },
        spec: { rules, ...tls, ...(defaultBackend !== undefined && { defaultBackend }) },
      };
    });
