// Metrics of what is built from the objects and how long it takes to be served.
import type { Registry } from 'prom-client';
import type { CurrentStatus } from '../../dag/model.ts';
import type { Kind } from '../../dag/objects.ts';
import type { HostChange } from '../terminal.ts';
import { counter, durations, readGauge, readNumber } from './instruments.ts';
import { judgedKinds, readKinds } from './labels.ts';

/** So many objects of a kind. */
export interface ObjectCount {
  readonly kind: Kind;
  /** `none`: objects of this kind are only read. */
  readonly validity: CurrentStatus | 'none';
  readonly count: number;
}

/** Both are asked at every scrape. */
export interface ServingSources {
  readonly objects: () => Iterable<ObjectCount>;
  readonly virtualHosts: () => number;
}

/** What one turn of the pipeline did. */
export interface Turn {
  /** Hosts built, changed or not. */
  readonly hosts: number;
  readonly ms: number;
}

export interface ServingMetrics {
  turn(turn: Turn): void;
  /** Every connected Envoy confirmed the change. */
  served(change: HostChange): void;
}

const changes = ['added', 'changed', 'removed'] as const satisfies HostChange['kind'][];

export function servingMetrics(registry: Registry, sources: ServingSources): ServingMetrics {
  objectMetrics(registry, sources);
  const hosts = counter(registry, {
    name: 'contour_virtual_hosts_rebuilt_total',
    help: 'Virtual hosts built, whether they came out different or not.',
    labels: {},
  });
  const builds = durations(registry, {
    name: 'contour_build_duration_seconds',
    help: 'Time of one turn: building hosts, translating and publishing them. A large change takes several.',
    labels: {},
    buckets: [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  });
  const served = durations(registry, {
    name: 'contour_change_served_duration_seconds',
    help: 'Time from the arrival of a change to the last ACK of the host it touched, of all connected Envoys.',
    labels: { change: changes },
    buckets: [0.001, 0.002_5, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  return {
    turn(turn) {
      hosts({}, turn.hosts);
      builds({}, turn.ms);
    },
    served: ({ kind, ms }) => served({ change: kind }, ms),
  };
}

function objectMetrics(registry: Registry, { objects, virtualHosts }: ServingSources): void {
  const judged = ['valid', 'invalid', 'orphaned'] as const satisfies CurrentStatus[];
  const zero: readonly ObjectCount[] = [
    ...judgedKinds.flatMap((kind) => judged.map((validity) => ({ kind, validity, count: 0 }))),
    ...readKinds.map((kind) => ({ kind, validity: 'none' as const, count: 0 })),
  ];
  readGauge(
    registry,
    {
      name: 'contour_objects',
      help: 'Objects by kind and validity; "none" for kinds that are only read.',
      labels: { kind: [...judgedKinds, ...readKinds], validity: [...judged, 'none'] },
    },
    () =>
      [...zero, ...objects()].map(({ kind, validity, count }) => ({
        labels: { kind, validity },
        value: count,
      })),
  );
  readNumber(
    registry,
    { name: 'contour_virtual_hosts', help: 'Virtual hosts that are served.' },
    virtualHosts,
  );
}
