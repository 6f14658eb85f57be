// The least that the peer's kinds need to be stored and to have a status. Its own schemas check more on every write,
// which is time of the API server, not of what is measured; --peer-crds takes them.

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly version: 'v1' | 'v1alpha1';
}

const group = 'projectcontour.io';

const kinds: readonly Kind[] = [
  { kind: 'HTTPProxy', plural: 'httpproxies', version: 'v1' },
  { kind: 'TLSCertificateDelegation', plural: 'tlscertificatedelegations', version: 'v1' },
  { kind: 'ExtensionService', plural: 'extensionservices', version: 'v1alpha1' },
  { kind: 'ContourConfiguration', plural: 'contourconfigurations', version: 'v1alpha1' },
];

/** One definition for each kind that the peer watches. */
export const peerCrds: readonly object[] = kinds.map(({ kind, plural, version }) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}));
