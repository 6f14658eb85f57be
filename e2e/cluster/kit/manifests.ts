// Objects of tenants, in as few words as a scenario needs.
import type { Manifest } from '../../kit/manifests.ts';

/** The same objects in this namespace. */
export const within = (namespace: string, ...manifests: readonly Manifest[]): Manifest[] =>
  manifests.map((manifest) => {
    const { metadata } = manifest as { readonly metadata: object };
    return { ...manifest, metadata: { ...metadata, namespace } };
  });

/** A route of an IngressRoute: to a Service of its namespace, or to another IngressRoute, `namespace/name`. */
export type Target = { readonly service: string } | { readonly delegate: string };

/** An IngressRoute `namespace/name`; with `fqdn` it is a root, with `secretName` one over TLS. */
export function ingressRoute(
  object: string,
  routes: Readonly<Record<string, Target>>,
  host: { readonly fqdn?: string; readonly secretName?: string } = {},
): Manifest {
  const { fqdn, secretName } = host;
  const tls = secretName === undefined ? {} : { tls: { secretName } };
  return {
    apiVersion: 'contour.heptio.com/v1beta1',
    kind: 'IngressRoute',
    metadata: named(object),
    spec: {
      ...(fqdn !== undefined && { virtualhost: { fqdn, ...tls } }),
      routes: Object.entries(routes).map(([match, target]) => ({ match, ...destination(target) })),
    },
  };
}

const destination = (target: Target) =>
  'service' in target
    ? { services: [{ name: target.service, port: 80 }] }
    : { delegate: named(target.delegate) };

function named(object: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = ''] = object.split('/');
  return { namespace, name };
}
