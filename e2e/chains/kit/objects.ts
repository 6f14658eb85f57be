// Objects of hosts with TLS settings of their own, in as few words as a scenario needs. All live in `e2e`.
import type { KeyPair } from '../../../src/testing/objects.ts';
import type { Manifest } from '../../kit/manifests.ts';

export interface TlsSpec {
  readonly secretName?: string;
  readonly minimumProtocolVersion?: string;
  readonly passthrough?: boolean;
}

/** A Service by name, or with a weight. */
export type Share = string | readonly [name: string, weight: number];

/** A root IngressRoute whose requests go to one Service. */
export const tlsRoot = (fqdn: string, tls: TlsSpec, to: Share): Manifest =>
  ingressRoute(fqdn, tls, { routes: [{ match: '/', services: shares([to]) }] });

/** A root IngressRoute whose connections are handed on. */
export const tcpRoot = (fqdn: string, tls: TlsSpec, ...to: readonly Share[]): Manifest =>
  ingressRoute(fqdn, tls, { tcpproxy: { services: shares(to) } });

const shares = (to: readonly Share[]) =>
  to.map((share) =>
    typeof share === 'string' ? { name: share, port: 80 } : { name: share[0], port: 80, weight: share[1] },
  );

const ingressRoute = (fqdn: string, tls: TlsSpec, rest: object): Manifest => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace: 'e2e', name: fqdn },
  spec: { virtualhost: { fqdn, tls }, ...rest },
});

export function secret(name: string, { certificate, key }: KeyPair): Manifest {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { namespace: 'e2e', name },
    data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) },
  };
}
