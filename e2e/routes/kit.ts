// Services with several endpoints and settings, and routes to them, in as few words as a test needs.
import { createServer, type Server } from 'node:http';
import { listen } from '../../src/testing/ports.ts';
import type { Manifest } from '../kit/manifests.ts';

const meta = (name: string, more: object = {}) => ({ namespace: 'e2e', name, ...more });

/** Port 80 of a Service, with endpoints on these ports of loopback. Annotations are without their prefix. */
export function backing(
  name: string,
  ports: readonly number[],
  annotations: Readonly<Record<string, string>> = {},
): Manifest[] {
  const prefixed = Object.entries(annotations).map(([key, value]) => [`contour.heptio.com/${key}`, value]);
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(name, { annotations: Object.fromEntries(prefixed) }),
      spec: { ports: [{ port: 80 }] },
    },
    ...ports.map((port, index) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: meta(`${name}-${index}`, { labels: { 'kubernetes.io/service-name': name } }),
      addressType: 'IPv4',
      ports: [{ port, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'] }],
    })),
  ];
}

/** A route to one Service; `service` are more of its fields, `route` of the route's. */
export const routeTo = (match: string, name: string, service: object = {}, route: object = {}) => ({
  ...{ match, services: [{ name, port: 80, ...service }] },
  ...route,
});

export const root = (name: string, fqdn: string, routes: readonly object[]): Manifest => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: meta(name),
  spec: { virtualhost: { fqdn }, routes },
});

export const opaque = (name: string, values: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta(name),
  type: 'Opaque',
  stringData: values,
});

export interface Scripted {
  readonly port: number;
  /** Requests so far. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** Answers the n-th request (from 0) with this status; undefined never answers. */
export async function scripted(
  statusOf: (index: number, path: string) => number | undefined,
): Promise<Scripted> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const status = statusOf(paths.push(path) - 1, path);
    if (status !== undefined) response.writeHead(status).end();
  });
  return { port: await listen(server), paths, close: () => closed(server) };
}

export const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
