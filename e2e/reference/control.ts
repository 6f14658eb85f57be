// The control plane inside the test, with a word on whether all that follows from its objects has reached Envoy.
import { ServerCredentials } from '@grpc/grpc-js';
import { resourceTypes } from '../../src/envoy/types.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { type Clock, systemClock } from '../../src/runtime/clock.ts';
import type { ObjectEvent } from '../../src/store/events.ts';
import { createXdsServer } from '../../src/xds/server.ts';
import { pipelineSettings } from '../kit/control-plane.ts';
import type { Settings } from './claims.ts';

/** The control plane that runs. */
export interface Control {
  /** Port of the xDS server. */
  readonly xds: number;
  apply(events: readonly ObjectEvent[]): void;
  /** What is left to be done until Envoy has accepted everything; empty: nothing. */
  unsettled(): readonly string[];
  /** What Envoy refused, in its own words. */
  readonly refusals: readonly string[];
  stop(): Promise<void>;
}

/** Starts without objects. The ports are those of Envoy's listeners. */
export async function startControl(settings: Settings, http: number, https: number): Promise<Control> {
  const { clock, waiting } = countingClock();
  const graphSettings = { ...settings, rootNamespaces: new Set(settings.rootNamespaces) };
  const pipeline = createPipeline(pipelineSettings({ http, https }, graphSettings), clock);
  const { cache, graph, sink } = pipeline;
  sink.synced();
  const accepted = new Map<string, string>();
  cache.subscribe({
    changed() {},
    accepted: ({ type, name, version }) => void accepted.set(`${type} ${name}`, version),
  });
  const refusals: string[] = [];
  let inFlight = 0;
  const server = createXdsServer({
    ...{ cache, clock, types: resourceTypes, address: '127.0.0.1:0', generation: 'reference' },
    credentials: ServerCredentials.createInsecure(),
    observer: {
      sent: () => void inFlight++,
      acked: () => void inFlight--,
      rejected(_type, names, reason) {
        inFlight--;
        refusals.push(`${names.join()}: ${reason}`);
      },
    },
  });
  const lifetime = new AbortController();
  const running = server.run(lifetime.signal);
  return {
    xds: await server.listening,
    apply: (events) => sink.apply(events),
    unsettled() {
      const busy = waiting() + inFlight + graph.pending();
      const missing = wildcards.flatMap((type) =>
        [...cache.names(type)].filter(
          (name) => cache.get(type, name)?.version !== accepted.get(`${type} ${name}`),
        ),
      );
      return busy > 0 ? [`${busy} steps or answers`, ...missing] : missing;
    },
    refusals,
    async stop() {
      lifetime.abort();
      await running;
    },
  };
}

/** Types of which Envoy asks for everything; of the others it has what those name. */
const wildcards = resourceTypes.filter(({ wildcard }) => wildcard).map(({ url }) => url);

/** Counts what is to happen soon, so that a test knows when nothing is. */
function countingClock(): { readonly clock: Clock; readonly waiting: () => number } {
  let waiting = 0;
  const soon = (callback: () => void) => {
    waiting += 1;
    systemClock.soon(() => {
      waiting -= 1;
      callback();
    });
  };
  return { clock: { ...systemClock, soon }, waiting: () => waiting };
}
