// The pipeline and the xDS server inside the test, with everything that they send in sight.
import { ServerCredentials } from '@grpc/grpc-js';
import type { TlsCertificates } from '../../src/envoy/filter-chain.ts';
import { resourceTypes } from '../../src/envoy/types.ts';
import { createPipeline, type Pipeline, type PipelineSettings } from '../../src/pipeline.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createXdsServer } from '../../src/xds/server.ts';
import type { Manifest } from './manifests.ts';

export interface ControlPlane {
  readonly pipeline: Pipeline;
  /** Port of the xDS server. */
  readonly xds: number;
  /** `type name` of every resource and removal that was sent. */
  readonly sent: readonly string[];
  /** How many responses were accepted. */
  acked(): number;
  apply(...manifests: readonly Manifest[]): void;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Ports of Envoy's listeners. */
  readonly http: number;
  readonly https: number;
  /** Port of the xDS server; 0: a free one. */
  readonly xds: number;
  /** Differs from that of any other run that the same Envoy sees. */
  readonly generation: string;
  /** Default `on-demand`. */
  readonly tlsCertificates?: TlsCertificates;
}

/** Starts with these objects. */
export async function startControlPlane(
  { http, https, xds, generation, tlsCertificates = 'on-demand' }: ControlPlaneOptions,
  initial: readonly Manifest[],
): Promise<ControlPlane> {
  const graph = {
    rootNamespaces: new Set<string>(),
    disablePermitInsecure: false,
    prefixMatch: 'segment',
  } as const;
  const settings = pipelineSettings({ http, https }, graph);
  const pipeline = createPipeline(
    { ...settings, envoy: { ...settings.envoy, tlsCertificates } },
    systemClock,
  );
  const apply = (...manifests: readonly Manifest[]) =>
    pipeline.sink.apply(manifests.map((object) => ({ type: 'applied', object })));
  apply(...initial);
  pipeline.sink.synced();
  const sent: string[] = [];
  let acked = 0;
  const server = createXdsServer({
    cache: pipeline.cache,
    types: resourceTypes,
    clock: systemClock,
    address: `127.0.0.1:${xds}`,
    credentials: ServerCredentials.createInsecure(),
    generation,
    observer: {
      sent: (type, names) => void sent.push(...names.map((name) => `${type.split('.').at(-1)} ${name}`)),
      acked: () => void acked++,
    },
  });
  const lifetime = new AbortController();
  const running = server.run(lifetime.signal);
  const port = await server.listening;
  return {
    ...{ pipeline, xds: port, sent, apply },
    acked: () => acked,
    async stop() {
      lifetime.abort();
      await running;
    },
  };
}

/** Listeners on loopback, nothing logged, endpoints on loopback allowed. */
export function pipelineSettings(
  { http, https }: Pick<ControlPlaneOptions, 'http' | 'https'>,
  graph: PipelineSettings['graph'],
): PipelineSettings {
  const listen = { address: '127.0.0.1', accessLog: '' };
  return {
    store: { ingressClassName: undefined, allowLoopbackEndpoints: true },
    graph,
    envoy: {
      http: { ...listen, port: http },
      https: { ...listen, port: https },
      useProxyProtocol: false,
      numTrustedHops: 0,
      redirectPort: undefined,
      minimumTlsVersion: '1.2',
      tlsCertificates: 'on-demand',
    },
  };
}
