// `contour serve`: the pipeline between objects and Envoys, and what people see of it.
import { randomUUID } from 'node:crypto';
import type { ServeConfig } from '../config/serve.ts';
import { toDot } from '../dag/dot.ts';
import { typeUrl } from '../envoy/type-url.ts';
import { resourceTypes } from '../envoy/types.ts';
import { createDebugServer, debugPages } from '../ops/debug-server.ts';
import { createHealthServer } from '../ops/health-server.ts';
import { createMetrics, type Metrics } from '../ops/metrics/index.ts';
import { checkPorts } from '../ops/ports.ts';
import { createReporter, type Reporter } from '../ops/reporter.ts';
import type { HostChange } from '../ops/terminal.ts';
import { authority } from '../ops/urls.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { systemClock } from '../runtime/clock.ts';
import { createLog } from '../runtime/log.ts';
import { runAll } from '../runtime/run-all.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { both } from '../xds/observer.ts';
import { createXdsServer } from '../xds/server.ts';
import { createClusterSource } from './cluster-source.ts';
import { createFolderSource } from './folder-source.ts';
import type { CommandIo } from './io.ts';
import { objectCounts } from './object-counts.ts';
import { ownEnvoy } from './own-envoy.ts';
import type { Source, Surroundings } from './source.ts';
import { packageVersion } from './version.ts';
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
    ...(config.http === undefined ? [] : [{ ...config.http, flag: '--http-port' }]),
  ]);
  const style = { colour: io.colours };
  const reporter = createReporter({ write: (line) => io.stdout(`${line}\n`), style, clock });
  const metrics = createMetrics({
    version: packageVersion(),
    xdsTypes: typeUrl,
    objects: () => objectCounts(pipeline.graph.verdicts().values(), pipeline.store.counts().objects),
    virtualHosts: () => pipeline.graph.hosts().size,
  });
  const source = sourceOf(config, { reporter, metrics, clock, log });
  const { outcome } = config;
  const settings = { ...outcome, store: { ...outcome.store, ...source.store } };
  const pipeline = createPipeline(settings, clock, {
    verdicts: source.verdicts,
    turn: (hosts, ms) => metrics.turn({ hosts, ms }),
  });
  const served = (change: HostChange) => {
    source.served(change);
    metrics.served(change);
  };
  const { sink, observer } = watchServing(pipeline, { served, clock, log });
  const xdsServer = createXdsServer({
    cache: pipeline.cache,
    types: resourceTypes,
    clock,
    address: xdsAddress,
    credentials: await xdsCredentials(config.xds.tls),
    generation: randomUUID().slice(0, 8),
    observer: both(observer, metrics.xds),
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
  if (config.http !== undefined)
    parts.unshift(
      createHealthServer({
        listen: { ...config.http, flag: '--http-port' },
        waitedFor: () => waitedFor(source, pipeline),
        metrics,
      }),
    );
  if (config.envoy !== undefined)
    parts.push(ownEnvoy(config, config.envoy, { pipeline, reporter, clock, log }));
  log.info(
    `following ${source.about}; xDS on ${xdsAddress}; graph and statuses on http://${authority(config.debug.address, config.debug.port)}/`,
  );
  await runAll(parts, io.signal, { clock, log });
}

interface Told extends Surroundings {
  readonly reporter: Reporter;
  readonly metrics: Metrics;
}

function sourceOf({ source, outcome }: ServeConfig, { reporter, metrics, ...around }: Told): Source {
  if (source.kind === 'manifests') return createFolderSource({ ...around, reporter, paths: source.paths });
  const { reflectors, statuses } = metrics;
  const { ingressClassName } = outcome.store;
  return createClusterSource({ ...around, cluster: source, ingressClassName, reflectors, statuses });
}

/** What keeps Envoys from being served, a line each. */
function waitedFor(source: Source, { cache, graph }: Pipeline): readonly string[] {
  const waiting = source.waiting();
  if (waiting.length > 0 || cache.open) return waiting;
  return [`${graph.pending()} hosts are still to be built`];
}
