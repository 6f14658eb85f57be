// A store and its graph, wired as the pipeline does it, and told event by event.
import { type BuildHost, createGraph, type Graph, type GraphOptions } from '../dag/graph.ts';
import type { Delta, Verdict, VirtualHost } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { GraphSettings } from '../dag/view.ts';
import type { ObjectEvent } from '../store/events.ts';
import { createStore, type Store, type StoreSettings } from '../store/store.ts';

export interface GraphWorld {
  readonly store: Store;
  readonly graph: Graph;
  /** Applies without building. */
  apply(...events: readonly ObjectEvent[]): void;
  /** Applies and builds all. */
  settle(...events: readonly ObjectEvent[]): Delta;
}

export interface GraphWorldOptions {
  readonly store?: Partial<StoreSettings>;
  readonly settings?: Partial<GraphSettings>;
  readonly graph?: Pick<GraphOptions, 'buildHost' | 'verdictOf'>;
}

export function createGraphWorld(options: GraphWorldOptions = {}): GraphWorld {
  const store = createStore({ ingressClassName: undefined, allowLoopbackEndpoints: false, ...options.store });
  const settings = {
    rootNamespaces: new Set<string>(),
    disablePermitInsecure: false,
    prefixMatch: 'segment' as const,
    ...options.settings,
  };
  const graph = createGraph({ view: store.view, settings, object: store.object, ...options.graph });
  const apply = (...events: readonly ObjectEvent[]): void => {
    for (const event of events) {
      const change = store.apply(event);
      if (change) graph.invalidate(change);
    }
  };
  const settle = (...events: readonly ObjectEvent[]): Delta => {
    apply(...events);
    return graph.rebuild(() => false);
  };
  return { store, graph, apply, settle };
}

/** Hosts and verdicts in an order of their own, for comparison. */
export function snapshot(graph: Graph): {
  readonly hosts: readonly (readonly [string, VirtualHost])[];
  readonly verdicts: readonly (readonly [ObjectKey, Verdict])[];
} {
  const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : 1);
  return { hosts: [...graph.hosts()].sort(byKey), verdicts: [...graph.verdicts()].sort(byKey) };
}

/** The build, noting the hosts in the order in which they are built. */
export const noting =
  (build: BuildHost, order: string[]): BuildHost =>
  (view, settings, host) => {
    order.push(host);
    return build(view, settings, host);
  };
