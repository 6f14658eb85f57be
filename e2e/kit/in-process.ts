// The pipeline and the xDS server inside the test, with a real Envoy: for what no file of a user can bring about.
import { ServerCredentials } from '@grpc/grpc-js';
import { bootstrapJson, defaultLimits } from '../../src/envoy/bootstrap.ts';
import { resourceTypes } from '../../src/envoy/types.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { freePorts } from '../../src/testing/ports.ts';
import { type RealEnvoy, startRealEnvoy } from '../../src/testing/real-envoy.ts';
import { createXdsServer } from '../../src/xds/server.ts';
import { envoyPath } from './envoy-path.ts';
import type { Manifest } from './manifests.ts';

export interface InProcess {
  readonly pipeline: Pipeline;
  readonly envoy: RealEnvoy;
  /** Port of the HTTP listener. */
  readonly port: number;
  apply(...manifests: readonly Manifest[]): void;
  close(): Promise<void>;
}

/** Starts with these objects and returns when Envoy serves. */
export async function startInProcess(initial: readonly Manifest[]): Promise<InProcess> {
  const [port = 0, https = 0, stats = 0] = await freePorts(3);
  const listen = { address: '127.0.0.1', accessLog: '' };
  const pipeline = createPipeline(
    {
      store: { ingressClassName: undefined, allowLoopbackEndpoints: true },
      graph: { rootNamespaces: new Set(), disablePermitInsecure: false, prefixMatch: 'segment' },
      envoy: {
        http: { ...listen, port },
        https: { ...listen, port: https },
        useProxyProtocol: false,
        numTrustedHops: 0,
        redirectPort: undefined,
      },
    },
    systemClock,
  );
  const apply = (...manifests: readonly Manifest[]) =>
    pipeline.sink.apply(manifests.map((object) => ({ type: 'applied', object })));
  apply(...initial);
  pipeline.sink.synced();
  const server = createXdsServer({
    cache: pipeline.cache,
    types: resourceTypes,
    clock: systemClock,
    address: '127.0.0.1:0',
    credentials: ServerCredentials.createInsecure(),
    generation: 'test',
  });
  const lifetime = new AbortController();
  const running = server.run(lifetime.signal);
  const xds = { address: '127.0.0.1', port: await server.listening, tls: undefined };
  const envoy = await startRealEnvoy({
    path: envoyPath(),
    bootstrap: (adminSocket) =>
      bootstrapJson({
        nodeId: 'test',
        nodeCluster: 'test',
        xds,
        adminSocket,
        stats: { address: '127.0.0.1', port: stats },
        ...defaultLimits,
      }),
  });
  await envoy.live();
  return {
    ...{ pipeline, envoy, port, apply },
    async close() {
      await envoy.stop();
      lifetime.abort();
      await running;
    },
  };
}
