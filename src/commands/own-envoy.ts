// The Envoy that `serve --envoy` runs.
import type { ServeConfig } from '../config/serve.ts';
import { bootstrapJson, defaultLimits } from '../envoy/bootstrap.ts';
import { createManagedEnvoy } from '../ops/managed-envoy.ts';
import type { Reporter } from '../ops/reporter.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { Surroundings } from './source.ts';

export interface OwnEnvoyOptions extends Surroundings {
  readonly pipeline: Pipeline;
  readonly reporter: Reporter;
}

/** The Envoy that this process owns; it finds us on loopback if we listen on every address. */
export function ownEnvoy(config: ServeConfig, path: string, around: OwnEnvoyOptions): Runnable {
  const { pipeline, reporter, clock, log } = around;
  const { http, https } = config.outcome.envoy;
  const loopback = { '0.0.0.0': '127.0.0.1', '::': '::1' }[config.xds.address];
  return createManagedEnvoy({
    path,
    bootstrap: (adminSocket) =>
      bootstrapJson({
        ...defaultLimits,
        nodeId: 'contour-managed',
        nodeCluster: 'contour',
        xds: { ...config.xds, address: loopback ?? config.xds.address },
        adminSocket,
        stats: config.stats,
      }),
    ports: [
      { ...http, flag: '--envoy-service-http-port' },
      { ...https, flag: '--envoy-service-https-port' },
      { ...config.stats, flag: '--stats-port' },
    ],
    clock,
    log,
    onState(state) {
      reporter.envoy(state);
      const address = http.address === '0.0.0.0' || http.address === '::' ? '127.0.0.1' : http.address;
      const entrance = { address, httpPort: http.port, httpsPort: https.port };
      if (state.kind === 'ready') reporter.urls(pipeline.graph.hosts().values(), entrance);
    },
  });
}
