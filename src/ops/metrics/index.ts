// What this process counts, in Prometheus' text format. `createMetrics` is the way in; it gives observers to those
// who know and asks the others when it is scraped. `serving.ts`: objects, hosts, builds, latency; `xds.ts`: Envoys;
// `cluster.ts`: the API server; `process.ts`: this process. `instruments.ts` bounds labels and creates all series at
// zero; `labels.ts` has the values that several metrics share. docs/metrics.md tells what to do with them.
import { Registry } from 'prom-client';
import type { ReflectorObserver } from '../../kube/observer.ts';
import type { StatusObserver } from '../../status/observer.ts';
import type { ServerObserver } from '../../xds/observer.ts';
import { reflectorMetrics, statusMetrics } from './cluster.ts';
import { readGauge } from './instruments.ts';
import { processMetrics } from './process.ts';
import { type ServingMetrics, type ServingSources, servingMetrics } from './serving.ts';
import { xdsMetrics } from './xds.ts';

export type { ObjectCount, Turn } from './serving.ts';

export interface MetricsOptions extends ServingSources {
  /** Of this program. */
  readonly version: string;
  /** URL of each type that is served over xDS, by the word that becomes its label. */
  readonly xdsTypes: Readonly<Record<string, string>>;
}

export interface Metrics extends ServingMetrics {
  /** Of `text`, for the header. */
  readonly contentType: string;
  /** All metrics as they are now. Who asks while it is being made gets the same. */
  text(): Promise<string>;
  readonly xds: ServerObserver;
  readonly reflectors: ReflectorObserver;
  readonly statuses: StatusObserver;
}

/** Metrics with a registry of their own, so that two don't meet. Nothing runs until somebody asks. */
export function createMetrics({ version, xdsTypes, ...sources }: MetricsOptions): Metrics {
  const registry = new Registry();
  readGauge(
    registry,
    { name: 'contour_build_info', help: 'Version of this program.', labels: { version: [version] } },
    () => [{ labels: { version }, value: 1 }],
  );
  const serving = servingMetrics(registry, sources);
  const xds = xdsMetrics(registry, xdsTypes);
  const reflectors = reflectorMetrics(registry);
  const statuses = statusMetrics(registry);
  processMetrics(registry);
  let making: Promise<string> | undefined;
  return {
    ...serving,
    contentType: registry.contentType,
    text() {
      making ??= registry.metrics().finally(() => {
        making = undefined;
      });
      return making;
    },
    xds,
    reflectors,
    statuses,
  };
}
