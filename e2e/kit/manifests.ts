// Objects for the tests, in as few words as a scenario needs. All live in the namespace `e2e`.
import type { KeyPair } from '../../src/testing/objects.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';

export type Manifest = Readonly<Record<string, unknown>>;

const meta = (name: string, more: object = {}) => ({ namespace: 'e2e', name, ...more });

/** A Service with port 80, and its one endpoint on this port, of loopback unless said otherwise. */
export function service(name: string, port: number, address = '127.0.0.1'): Manifest[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(name),
      spec: { ports: [{ name: 'http', port: 80 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta(name, { labels: { 'kubernetes.io/service-name': name } }),
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [address] }],
    },
  ];
}

/** An Ingress for one host (undefined: every host) with prefix paths to Services. */
export function ingress(name: string, host: string | undefined, paths: Paths, more: object = {}): Manifest {
  const rules = [
    {
      ...(host !== undefined && { host }),
      http: { paths: Object.entries(paths).map(([path, to]) => ingressPath(path, to)) },
    },
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta(name),
    spec: { rules, ...more },
  };
}

/** A path to the name of a Service. */
export type Paths = Readonly<Record<string, string>>;

/** What has characters of a regular expression is one, as ImplementationSpecific has it. */
const ingressPath = (path: string, name: string) => ({
  path,
  pathType: /[()]/.test(path) ? 'ImplementationSpecific' : 'Prefix',
  backend: { service: { name, port: { number: 80 } } },
});

/** A root IngressRoute; `secretName` makes it a TLS host. */
export function root(name: string, fqdn: string, paths: Paths, secretName?: string): Manifest {
  return {
    apiVersion: 'contour.heptio.com/v1beta1',
    kind: 'IngressRoute',
    metadata: meta(name),
    spec: {
      virtualhost: { fqdn, ...(secretName !== undefined && { tls: { secretName } }) },
      routes: Object.entries(paths).map(([match, to]) => ({ match, services: [{ name: to, port: 80 }] })),
    },
  };
}

/** One file's text. JSON documents are YAML too. */
export const documents = (...manifests: readonly Manifest[]): string =>
  manifests.map((manifest) => `---\n${JSON.stringify(manifest)}\n`).join('');

/** A Secret of type TLS, as a YAML document. */
export const secretDocument = (name: string, pair: KeyPair): string => `---\n${tlsSecret('e2e', name, pair)}`;
