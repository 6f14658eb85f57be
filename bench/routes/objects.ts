// The objects of the load: for every host one Service, one EndpointSlice, one route with two paths, with TLS one Secret.
import type { KeyPair } from '../../src/testing/objects.ts';
import { addresses } from './sandbox.ts';

export const namespace = 'apps';

/** Where both backends listen; each answers with its own address. */
export const backendPort = 8080;

/** Folders of the API. */
export const paths = {
  namespaces: '/api/v1/namespaces',
  services: `/api/v1/namespaces/${namespace}/services`,
  secrets: `/api/v1/namespaces/${namespace}/secrets`,
  endpointSlices: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
} as const;

export const names = {
  host: (index: number) => `h${index}.example.com`,
  service: (index: number) => `s${index}`,
  endpointSlice: (index: number) => `s${index}-a`,
  secret: (index: number) => `c${index}`,
  route: (index: number) => `r${index}`,
} as const;

export const namespaceObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };

export function service(index: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: names.service(index), namespace },
    spec: { ports: [{ name: 'http', port: 80, targetPort: backendPort }] },
  };
}

export function endpointSlice(index: number, address: string = addresses.first): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: names.endpointSlice(index),
      namespace,
      labels: { 'kubernetes.io/service-name': names.service(index) },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: backendPort, protocol: 'TCP' }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
}

/** All hosts share one key pair: what a Secret holds costs the same, and making thousands takes minutes. */
export function secret(index: number, { certificate, key }: KeyPair): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: names.secret(index), namespace },
    data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) },
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
