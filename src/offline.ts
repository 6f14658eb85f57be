// Objects -> everything that would be served and said about them, without sockets, clocks or a cluster. It drives
// the pipeline of `serve`; `translate` and the golden tests run it.
import { stringify } from 'yaml';
import { toDot } from './dag/dot.ts';
import type { CurrentStatus } from './dag/model.ts';
import type { Problem } from './dag/problems.ts';
import { namedBy } from './dag/problems.ts';
import { type RenderedResources, renderResources } from './envoy/json.ts';
import { resourceTypes } from './envoy/types.ts';
import { createPipeline, type Pipeline, type PipelineSettings } from './pipeline.ts';
import type { Clock } from './runtime/clock.ts';
import type { RawObject } from './store/events.ts';
import type { Resource } from './xds/resource.ts';

/** The status of one object, as `translate` prints it. */
export interface StatusRow {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly currentStatus: CurrentStatus;
  readonly description: string;
  readonly problems: readonly Problem[];
}

export interface Translation {
  readonly resources: RenderedResources;
  /** Sorted by kind, namespace and name. */
  readonly statuses: readonly StatusRow[];
}

/** Time stands still, so one turn builds everything. */
const standingClock: Clock = {
  now: () => 0,
  date: () => new Date(0),
  after: () => () => {},
  soon: () => {
    throw new Error('the first turn left work to do');
  },
};

/** Takes the objects in any order, with the same result, and returns when all is built. */
export function runOffline(objects: Iterable<RawObject>, settings: PipelineSettings): Pipeline {
  const pipeline = createPipeline(settings, standingClock);
  pipeline.sink.apply([...objects].map((object) => ({ type: 'applied' as const, object })));
  pipeline.sink.synced();
  return pipeline;
}

/** What `translate` prints; private keys are redacted unless they are to be shown. */
export function translationOf(pipeline: Pipeline, options: { readonly showSecrets: boolean }): Translation {
  const resources = resourceTypes.flatMap(({ url }) =>
    [...pipeline.cache.names(url)]
      .map((name) => pipeline.cache.get(url, name))
      .filter((resource): resource is Resource => resource !== undefined),
  );
  const keys = [...pipeline.graph.verdicts()].sort(([a], [b]) => compareParts(a.split('/'), b.split('/')));
  const statuses = keys.map(([key, { currentStatus, description, problems }]) => {
    const { kind, namespace, name } = namedBy(key);
    return { kind, namespace, name, currentStatus, description, problems };
  });
  return { resources: renderResources(resources, options), statuses };
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}

/** The text of a translation: the same bytes for the same objects and settings. */
export function printTranslation(translation: Translation, format: 'json' | 'yaml'): string {
  return format === 'json'
    ? `${JSON.stringify(translation, undefined, 2)}\n`
    : stringify(translation, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The graph as DOT, as `/debug/dag` shows it. */
export const dotOf = (pipeline: Pipeline): string => toDot(pipeline.graph, pipeline.store.endpoints);
