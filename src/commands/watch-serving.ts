// What happens between objects and Envoys, for the person at the terminal and for the log.
import { hostOfScope, shownName } from '../envoy/names.ts';
import { typeUrl } from '../envoy/type-url.ts';
import { createServedTracker } from '../ops/served.ts';
import type { HostChange } from '../ops/terminal.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { EventSink } from '../store/events.ts';
import type { ServerObserver } from '../xds/observer.ts';

export interface WatchOptions {
  /** Every connected Envoy has a change of a host. */
  readonly served: (change: HostChange) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Watched {
  /** The pipeline's, observed. */
  readonly sink: EventSink;
  readonly observer: ServerObserver;
}

/** Most of Envoy's words that are logged: some of its errors quote the whole resource. */
const longestReason = 500;

/** Most of a node's name that is logged: the client chose it. */
const longestName = 100;

/**
 * Tells when each changed host is served, counted from the arrival of what changed it, and the log what Envoy
 * refuses, of hosts and of what belongs to none.
 */
export function watchServing(
  { sink, cache, store, graph }: Pipeline,
  { served, clock, log }: WatchOptions,
): Watched {
  let arrived = clock.now();
  const told = new Set<string>();
  const tracker = createServedTracker({
    now: () => clock.now(),
    hostOf: (type, name) => (type === typeUrl.scope ? hostOfScope(name) : undefined),
    onServed: served,
  });
  cache.subscribe({
    changed(touched) {
      const exists = (name: string) => cache.get(typeUrl.scope, name) !== undefined;
      tracker.changed(typeUrl.scope, touched.get(typeUrl.scope) ?? [], exists, arrived);
    },
    rejected({ type, name }, reason) {
      if (reason === undefined) return;
      tracker.refused(type, name);
      log.warn(
        `Envoy refused ${type.split('.').at(-1)} ${shownName(name)}: ${reason.slice(0, longestReason)}`,
      );
    },
  });
  /** Once for each kind: who comes with objects of another controller should not wonder in silence. */
  function sayIgnored(): void {
    const { ignored } = store.counts();
    if (ignored.size === told.size) return;
    for (const type of ignored.keys()) {
      if (!told.has(type)) log.info(`objects of this kind are not read: ${type}`);
      told.add(type);
    }
  }

  return {
    sink: {
      apply(events) {
        // What waits for its turn has waited since it came, not since the latest news.
        if (graph.pending() === 0) arrived = clock.now();
        sink.apply(events);
        sayIgnored();
      },
      synced: () => sink.synced(),
    },
    observer: {
      connected(node, stream) {
        log.info(`Envoy ${node.slice(0, longestName)} connected`);
        tracker.connected(stream);
      },
      disconnected(node, stream) {
        log.info(`Envoy ${node.slice(0, longestName)} disconnected`);
        tracker.disconnected(stream);
      },
      acked: (type, names, stream) => tracker.acked(stream, type, names),
    },
  };
}
