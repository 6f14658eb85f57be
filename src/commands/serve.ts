// `contour serve`: the pipeline between objects and Envoys, and what people see of it.
import { randomUUID } from 'node:crypto';
import type { ServeConfig } from '../config/serve.ts';
import { toDot } from '../dag/dot.ts';
import { bootstrapJson, defaultLimits } from '../envoy/bootstrap.ts';
import { resourceTypes } from '../envoy/types.ts';
import { createDebugServer, debugPages } from '../ops/debug-server.ts';
import { createManagedEnvoy } from '../ops/managed-envoy.ts';
import { checkPorts } from '../ops/ports.ts';
import { createReporter, type Reporter } from '../ops/reporter.ts';
import { authority } from '../ops/urls.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { systemClock } from '../runtime/clock.ts';
import { createLog } from '../runtime/log.ts';
import { runAll } from '../runtime/run-all.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { createXdsServer } from '../xds/server.ts';
import { createFolderSource } from './folder-source.ts';
import type { CommandIo } from './io.ts';
import type { Source, Surroundings } from './source.ts';
import { watchServing } from './watch-serving.ts';
import { xdsCredentials } from './xds-credentials.ts';

/** Runs until the signal aborts; rejects with a StartError for what the user can remedy. */
export async function serve(config: ServeConfig, io: CommandIo): Promise<void> {
  const clock = systemClock;
  const log = createLog(config.log);
  const xdsAddress = authority(config.xds.address, config.xds.port);
  await checkPorts([
    { ...config.xds, flag: '--xds-port' },
    { ...config.debug, flag: '--debug-http-port' },
  ]);
  const style = { colour: io.colours };
  const reporter = createReporter({ write: (line) => io.stdout(`${line}\n`), style, clock });
  const source = sourceOf(config, { reporter, clock, log });
  const { outcome } = config;
  const settings = { ...outcome, store: { ...outcome.store, ...source.store } };
  const pipeline = createPipeline(settings, clock, source);
  const { sink, observer } = watchServing(pipeline, { served: source.served, clock, log });
  const xdsServer = createXdsServer({
    cache: pipeline.cache,
    types: resourceTypes,
    clock,
    address: xdsAddress,
    credentials: await xdsCredentials(config.xds.tls),
    generation: randomUUID().slice(0, 8),
    observer,
    log,
  });
  const debugServer = createDebugServer({
    listen: { ...config.debug, flag: '--debug-http-port' },
    pages: debugPages(
      () => toDot(pipeline.graph, pipeline.store.endpoints),
      () => [...pipeline.graph.verdicts().values()],
    ),
  });
  const parts: Runnable[] = [debugServer, xdsServer, ...source.parts(pipeline, sink)];
  if (config.envoy !== undefined)
    parts.push(managedEnvoy(config, config.envoy, { pipeline, reporter, clock, log }));
  log.info(
    `following ${source.about}; xDS on ${xdsAddress}; graph and statuses on http://${authority(config.debug.address, config.debug.port)}/`,
  );
  await runAll(parts, io.signal, { clock, log });
}

function sourceOf({ source }: ServeConfig, around: Surroundings & { readonly reporter: Reporter }): Source {
  if (source.kind === 'manifests') return createFolderSource({ ...around, paths: source.paths });
  throw new Error('cluster');
}

interface Managed extends Surroundings {
  readonly pipeline: Pipeline;
  readonly reporter: Reporter;
}

/** The Envoy that this process owns; it finds us on loopback if we listen on every address. */
function managedEnvoy(config: ServeConfig, path: string, around: Managed): Runnable {
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
