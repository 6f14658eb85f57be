// The kinds of the API server that we read or write.

export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly scope: 'namespaced' | 'cluster';
}

const namespaced = (group: string, version: string, plural: string, kind: string): Resource => ({
  ...{ group, version, plural, kind },
  scope: 'namespaced',
});

export const resources = {
  ingressRoutes: namespaced('contour.heptio.com', 'v1beta1', 'ingressroutes', 'IngressRoute'),
  tlsCertificateDelegations: namespaced(
    'contour.heptio.com',
    'v1beta1',
    'tlscertificatedelegations',
    'TLSCertificateDelegation',
  ),
  ingresses: namespaced('networking.k8s.io', 'v1', 'ingresses', 'Ingress'),
  ingressClasses: {
    ...{ group: 'networking.k8s.io', version: 'v1', plural: 'ingressclasses', kind: 'IngressClass' },
    scope: 'cluster',
  },
  services: namespaced('', 'v1', 'services', 'Service'),
  endpointSlices: namespaced('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice'),
  secrets: namespaced('', 'v1', 'secrets', 'Secret'),
  pods: namespaced('', 'v1', 'pods', 'Pod'),
  nodes: { ...{ group: '', version: 'v1', plural: 'nodes', kind: 'Node' }, scope: 'cluster' },
  events: namespaced('events.k8s.io', 'v1', 'events', 'Event'),
} as const satisfies Record<string, Resource>;

/** `v1`, `networking.k8s.io/v1`. */
export const apiVersionOf = ({ group, version }: Resource): string =>
  group === '' ? version : `${group}/${version}`;

/** Path of the collection, of one namespace or of all: `/apis/networking.k8s.io/v1/namespaces/shop/ingresses`. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === '' ? '/api' : '/apis';
  const within = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${apiVersionOf(resource)}${within}/${resource.plural}`;
}
