// Services that are a name in DNS, and hosts that lead to them.
import type { Manifest } from '../kit/manifests.ts';

/** A Service of type ExternalName; annotations are without their prefix. */
export const external = (
  name: string,
  externalName: string,
  port: number,
  annotations: Readonly<Record<string, string>> = {},
): Manifest => {
  const prefixed = Object.entries(annotations).map(([key, value]) => [`contour.heptio.com/${key}`, value]);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'e2e', name, annotations: Object.fromEntries(prefixed) },
    spec: { type: 'ExternalName', externalName, ports: [{ port }] },
  };
};

/** The host `NAME.test`, all of whose requests go to the Service NAME; `service` are more of its fields. */
export const hostOf = (name: string, port: number, service: object = {}): Manifest => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace: 'e2e', name },
  spec: {
    virtualhost: { fqdn: `${name}.test` },
    routes: [{ match: '/', services: [{ name, port, ...service }] }],
  },
});

/** A Service and its host. */
export const served = (name: string, externalName: string, port: number): Manifest[] => [
  external(name, externalName, port),
  hostOf(name, port),
];
