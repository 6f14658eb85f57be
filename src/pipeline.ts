// The whole flow, top to bottom: objects -> store -> graph -> Envoy resources -> xDS cache, and verdicts beside it.
// Everything else is reached from here; nothing else subscribes to anything.
import { createGraph } from './dag/graph.ts';
import type { Verdict } from './dag/model.ts';
import type { ObjectKey } from './dag/objects.ts';
import type { GraphSettings } from './dag/view.ts';
import { isListener, isScope } from './envoy/names.ts';
import { createTranslator, type EnvoySettings } from './envoy/translate.ts';
import { refusalOf } from './refusal.ts';
import type { Clock } from './runtime/clock.ts';
import type { EventSink, ObjectEvent } from './store/events.ts';
import { createStore, type StoreSettings } from './store/store.ts';
import { createBatch } from './xds/batch.ts';
import { type Cache, createCache } from './xds/cache.ts';
import type { Changes } from './xds/resource.ts';

export interface PipelineSettings {
  readonly store: StoreSettings;
  readonly graph: GraphSettings;
  readonly envoy: Omit<EnvoySettings, 'endpointsOf'>;
}

export interface PipelineObserver {
  /** Verdicts that changed; undefined: the object is gone or no longer ours. */
  verdicts?(changed: ReadonlyMap<ObjectKey, Verdict | undefined>): void;
  /** A turn is over. `built`: hosts that it built, changed or not; `ms`: how long it took. */
  turn?(built: number, ms: number): void;
}

/** Until handshakes that began before an Envoy's ACK of a listener have ended, as they began, in milliseconds. */
const handshakeMs = 1_000;
/** A turn builds hosts for this long, in milliseconds, then lets connections and watches have theirs. */
const turnMs = 10;

export type Pipeline = ReturnType<typeof createPipeline>;

/** Wires the stages. Objects go in through `sink`; `cache` opens when they have synced and every host is built once. */
export function createPipeline(settings: PipelineSettings, clock: Clock, observer: PipelineObserver = {}) {
  const store = createStore(settings.store);
  const graph = createGraph({ view: store.view, settings: settings.graph, object: store.object });
  const translator = createTranslator({ ...settings.envoy, endpointsOf: store.endpoints });
  const cache: Cache = createCache();
  const batch = createBatch();
  const services = new Set<string>();
  const answers: (() => Changes)[] = [];
  const verdicts = new Map<ObjectKey, Verdict | undefined>();
  let synced = false;
  let scheduled = false;

  function turn(): void {
    scheduled = false;
    const start = clock.now();
    const delta = graph.rebuild(() => clock.now() >= start + turnMs);
    batch.add(translator.endpoints([...services]));
    batch.add(translator.hosts(delta.hosts));
    for (const answer of answers.splice(0)) batch.add(answer());
    services.clear();
    const complete = graph.pending() === 0;
    if (synced && (cache.open || complete)) cache.apply(batch.take());
    for (const [object, verdict] of delta.verdicts) verdicts.set(object, verdict);
    if (cache.open && verdicts.size > 0) {
      observer.verdicts?.(new Map(verdicts));
      verdicts.clear();
    }
    observer.turn?.(delta.built, clock.now() - start);
    if (!complete) schedule();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    clock.soon(turn);
  }

  /** The first event of an idle time is handled at once; what comes while a turn waits joins it. */
  function react(): void {
    if (synced && !scheduled) turn();
  }

  const sink: EventSink = {
    apply(events: readonly ObjectEvent[]) {
      for (const event of events) {
        const change = store.apply(event);
        if (change === undefined) continue;
        graph.invalidate(change);
        for (const service of change.services) services.add(service);
      }
      react();
    },
    synced() {
      synced = true;
      batch.add(translator.listeners());
      react();
    },
  };

  function answered(answer: () => Changes): void {
    answers.push(answer);
    schedule();
  }

  cache.subscribe({
    changed() {},
    accepted(resource) {
      if (isScope(resource) || isListener(resource)) answered(() => translator.accepted(resource));
      if (isListener(resource)) clock.after(handshakeMs, () => answered(() => translator.inUse(resource)));
    },
    rejected(resource, reason) {
      if (isListener(resource) && reason !== undefined) answered(() => translator.refused(resource));
      const refusal = refusalOf(cache, resource, reason);
      if (refusal !== undefined) graph.refuse(refusal.host, refusal.reason);
      schedule();
    },
  });

  return { sink, cache, store, graph, translator };
}
