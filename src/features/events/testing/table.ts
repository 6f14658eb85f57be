// A row of a table of events: one event, and the exact hosts and statuses that it may touch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveTranslate } from '../../../config/translate.ts';
import { buildHost } from '../../../dag/host.ts';
import { namedBy } from '../../../dag/problems.ts';
import { hostOfChainSecret } from '../../../envoy/names.ts';
import { resourceTypes } from '../../../envoy/types.ts';
import type { Pipeline } from '../../../pipeline.ts';
import type { ObjectEvent, RawObject } from '../../../store/events.ts';
import { acceptingPipeline } from '../../../testing/accepting-pipeline.ts';
import { createGraphWorld, noting, snapshot } from '../../../testing/graph-world.ts';
import { applied, deleted } from '../../../testing/manifests.ts';

/** Names, sorted and with a space between them. What isn't said is nothing. */
export interface Touched {
  /** Hosts that are built. */
  readonly built?: string;
  /** Those of them whose content changes; default: all that are built. */
  readonly changed?: string;
  /** Objects whose verdict changes, as namespace/name. */
  readonly verdicts?: string;
  /** Services whose endpoints are sent again without any host being built. */
  readonly endpoints?: string;
}

export type Row = readonly [event: string, change: ObjectEvent, touched: Touched];

export interface Table {
  /** What is there before each row, by name. */
  readonly objects: Readonly<Record<string, RawObject>>;
  readonly ingressClassName?: string;
}

/**
 * Each row happens in the same world, where it ends as a world does that begins with it, and is then taken back: that
 * touches the same, and leaves no trace.
 */
export function testRows(table: Table, rows: readonly Row[]): void {
  const worlds = reused(() => graphOf(table));
  const pipelines = reused(() => pipelineOf(table));
  for (const [name, change, touched] of rows) {
    const { built = '', changed = built, verdicts = '', endpoints = '' } = touched;
    const back = undo(table.objects, change);
    test(name, () =>
      worlds(({ world, order }) => {
        const before = structuredClone(snapshot(world.graph));
        for (const event of [change, back]) {
          order.length = 0;
          const delta = world.settle(event);
          const told = [...delta.verdicts.keys()].map(namedBy);
          assert.deepEqual(
            {
              built: words(order),
              changed: words(delta.hosts.keys()),
              verdicts: words(told.map((object) => `${object.namespace}/${object.name}`)),
            },
            { built, changed, verdicts },
          );
        }
        assert.deepEqual(snapshot(world.graph), before);
      }),
    );

    test(`${name}: resources`, () =>
      pipelines((pipeline) => {
        const before = versionsIn(pipeline);
        pipeline.settle(change);
        const after = versionsIn(pipeline);
        assert.deepEqual(
          after,
          versionsIn(pipelineOf({ ...table, objects: happened(table.objects, change) })),
        );
        const { hosts, clusters, endpoints: sent } = difference(before, after);
        const foreign = hosts.filter((host) => !changed.split(' ').includes(host));
        assert.deepEqual(foreign, []);
        if (changed === '') assert.deepEqual([clusters, words(sent)], [[], endpoints]);
        pipeline.settle(back);
        assert.deepEqual(versionsIn(pipeline), before);
      }));
  }
}

/** Lends what it makes again and again, but for what a failed test has left. */
function reused<T>(make: () => T): (use: (made: T) => void) => void {
  let idle: T | undefined;
  return (use) => {
    const made = idle ?? make();
    idle = undefined;
    use(made);
    idle = made;
  };
}

/** `order`: the hosts in the order in which they are built. */
function graphOf({ objects, ingressClassName }: Table) {
  const order: string[] = [];
  const buildNoting = noting(buildHost, order);
  const world = createGraphWorld({ store: { ingressClassName }, graph: { buildHost: buildNoting } });
  world.settle(...Object.values(objects).map(applied));
  return { world, order };
}

function pipelineOf({ objects, ingressClassName }: Table) {
  const flags = ingressClassName === undefined ? [] : [['ingress-class-name', ingressClassName] as const];
  const config = resolveTranslate({ flags: new Map(flags), readConfigFile: () => '' });
  assert.ok(config.ok);
  return acceptingPipeline(Object.values(objects), config.value.outcome);
}

const words = (names: Iterable<string>): string => [...names].sort().join(' ');

/** The objects after the event. */
function happened(
  objects: Readonly<Record<string, RawObject>>,
  { type, object }: ObjectEvent,
): Readonly<Record<string, RawObject>> {
  const others = Object.entries(objects).filter(([, one]) => identity(one) !== identity(object));
  return Object.fromEntries(type === 'applied' ? [...others, ['', object]] : others);
}

/** The event that restores what was there before. */
function undo(objects: Readonly<Record<string, RawObject>>, { object }: ObjectEvent): ObjectEvent {
  const former = Object.values(objects).find((one) => identity(one) === identity(object));
  return former === undefined ? deleted(object) : applied(former);
}

const identity = ({ kind, metadata }: RawObject): string => {
  const { namespace, name } = Object(metadata);
  return JSON.stringify([kind, namespace, name]);
};

/** Versions by type and name. Listeners are of all hosts. */
function versionsIn({ cache }: Pipeline): ReadonlyMap<string, string | undefined> {
  const versions = new Map<string, string | undefined>();
  for (const { url } of resourceTypes) {
    const type = url.split('.').at(-1);
    if (type === 'Listener') continue;
    for (const name of [...cache.names(url)].sort())
      versions.set(`${type} ${name}`, cache.get(url, name)?.version);
  }
  return versions;
}

/** Of whom the resources are that differ: hosts, and Services as namespace/name. */
function difference(
  before: ReadonlyMap<string, string | undefined>,
  after: ReadonlyMap<string, string | undefined>,
) {
  const ids = [...new Set([...before.keys(), ...after.keys()])].filter(
    (id) => before.get(id) !== after.get(id),
  );
  const named = (type: string, part: RegExp) =>
    ids.filter((id) => id.startsWith(`${type} `)).map((id) => part.exec(id)?.[1] ?? id);
  const secrets = named('Secret', / (.+)$/).map((name) => hostOfChainSecret(name) ?? name);
  return {
    hosts: [...named('ScopedRouteConfiguration', /https?\/(.+)$/), ...secrets],
    clusters: named('Cluster', / ([^/]+\/[^/]+)/),
    endpoints: named('ClusterLoadAssignment', / ([^/]+\/[^/]+)/),
  };
}
