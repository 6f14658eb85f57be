// Services and EndpointSlices as the controllers of a cluster write them, and pods behind them.
import { createServer, type Server } from 'node:http';
import { listen } from '../../src/testing/ports.ts';
import type { Manifest } from '../kit/manifests.ts';

/** An endpoint of a slice; without conditions it is ready. */
export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: object;
}

/** What EndpointSlices say of a pod, from its start to its end. */
export const starting = { ready: false, serving: false, terminating: false };
export const ready = { ready: true, serving: true, terminating: false };
export const draining = { ready: false, serving: true, terminating: true };
export const ending = { ready: false, serving: false, terminating: true };

export const at = (address: string, conditions?: object): SliceEndpoint => ({
  addresses: [address],
  ...(conditions && { conditions }),
});

/** `spec` are more of its fields than the ports. */
export const serviceOf = (name: string, ports: readonly object[], spec: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'e2e', name },
  spec: { ports, ...spec },
});

export interface SliceFields {
  /** Of the slice. */
  readonly name: string;
  /** Default: that of the slice, up to its first dash. */
  readonly service?: string;
  readonly addressType?: string;
  readonly ports: readonly object[];
  readonly endpoints: readonly SliceEndpoint[];
}

export const sliceOf = ({
  name,
  service,
  addressType = 'IPv4',
  ports,
  endpoints,
}: SliceFields): Manifest => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    namespace: 'e2e',
    name,
    labels: { 'kubernetes.io/service-name': service ?? name.replace(/-.*/, '') },
  },
  addressType,
  ports,
  endpoints,
});

export interface Pod {
  readonly address: string;
  /** Requests that it has got so far. */
  requests(): number;
  /** Connections that are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Answers 200 on this port of an address of its own; refuses connections before and after. */
export async function startPod(address: string, port: number): Promise<Pod> {
  let requests = 0;
  const server: Server = createServer((_request, response) => {
    requests++;
    response.end(address);
  });
  server.keepAliveTimeout = 0; // Envoy closes; a server that closes first makes races that look like lost requests.
  await listen(server, port, address);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.once('close', resolve);
  return {
    address,
    requests: () => requests,
    connections: () =>
      new Promise((found, failed) => server.getConnections((error, n) => (error ? failed(error) : found(n)))),
    close() {
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
}
