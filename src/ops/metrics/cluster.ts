// Metrics of the conversation with the API server: what is read from it and what is written to it.
import type { Registry } from 'prom-client';
import type { Kind } from '../../dag/objects.ts';
import type { ReflectorObserver, WatchEnd } from '../../kube/observer.ts';
import type { StatusObserver } from '../../status/observer.ts';
import { counter, durations, other, readNumber } from './instruments.ts';
import { codeLabels } from './labels.ts';

/** As in paths. */
const resources = [
  ...['ingressroutes', 'tlscertificatedelegations', 'ingresses', 'ingressclasses'],
  ...['services', 'endpointslices', 'secrets', 'pods', 'nodes'],
  other,
];
/** Kinds whose users are told: by a status or by Events. */
const toldKinds = [...(['IngressRoute', 'Ingress'] satisfies Kind[]), other];
const watchEnds = ['closed', 'idle', 'expired', 'failed'] as const satisfies WatchEnd[];

/** `listed` takes milliseconds; a list of 25,000 objects takes some seconds. */
export function reflectorMetrics(registry: Registry): ReflectorObserver {
  const lists = durations(registry, {
    name: 'contour_list_duration_seconds',
    help: 'Time of complete lists of a resource, over all their pages.',
    labels: { resource: resources },
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60],
  });
  const ends = counter(registry, {
    name: 'contour_watch_ends_total',
    help: 'Watches of a resource that ended, each followed by another: closed by the server, idle, expired, failed.',
    labels: { resource: resources, reason: watchEnds },
  });
  const failures = counter(registry, {
    name: 'contour_reflector_failures_total',
    help: 'Attempts to list or watch a resource that failed, by HTTP status; 0: no answer.',
    labels: { resource: resources, code: codeLabels },
  });
  const malformed = counter(registry, {
    name: 'contour_malformed_objects_total',
    help: 'Objects from the API server that were skipped since their name or kind cannot be read.',
    labels: { resource: resources },
  });
  return {
    listed: (resource, _objects, ms) => lists({ resource }, ms),
    watchEnded: (resource, reason) => ends({ resource, reason }),
    failed: (resource, code) => failures({ resource, code: String(code) }),
    malformed: (resource) => malformed({ resource }),
  };
}

export function statusMetrics(registry: Registry): StatusObserver {
  const labels = { kind: toldKinds };
  const count = (name: string, help: string) => counter(registry, { name, help, labels });
  const writes = count('contour_status_writes_total', 'Statuses written.');
  const unchanged = count(
    'contour_status_unchanged_total',
    'Statuses not written since the object has them.',
  );
  const conflicts = count(
    'contour_status_conflicts_total',
    'Status writes repeated since the object changed.',
  );
  const events = count('contour_events_total', 'Events created.');
  const dropped = count('contour_events_dropped_total', 'Events not sent since too many waited.');
  const written = { kind: [...toldKinds, 'Event'] };
  const givenUp = counter(registry, {
    name: 'contour_status_given_up_total',
    help: 'Writes of statuses and Events that the API server refuses for good.',
    labels: written,
  });
  const failures = counter(registry, {
    name: 'contour_status_failures_total',
    help: 'Writes of statuses and Events that failed, by HTTP status; 0: no answer.',
    labels: { ...written, code: codeLabels },
  });
  let queued = 0;
  readNumber(
    registry,
    { name: 'contour_status_queue_length', help: 'Objects that wait for their status to be written.' },
    () => queued,
  );
  return {
    written: (kind) => writes({ kind }),
    unchanged: (kind) => unchanged({ kind }),
    conflict: (kind) => conflicts({ kind }),
    failed(kind, code, final) {
      failures({ kind, code: String(code) });
      if (final) givenUp({ kind });
    },
    event: (kind) => events({ kind }),
    eventDropped: (kind) => dropped({ kind }),
    waiting(objects) {
      queued = objects;
    },
  };
}
