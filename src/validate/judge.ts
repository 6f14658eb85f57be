// Objects of files -> what `serve` would think of them: by themselves, or applied to a cluster.
import { decode } from '../dag/decode/index.ts';
import type { Verdict } from '../dag/model.ts';
import { keyOf, type ObjectKey } from '../dag/objects.ts';
import { runOffline } from '../offline.ts';
import type { PipelineSettings } from '../pipeline.ts';
import type { RawObject } from '../store/events.ts';
import { type Applying, asApplied } from './applied.ts';

export type Verdicts = ReadonlyMap<ObjectKey, Verdict>;

export interface Judgement {
  /** Of every object once the files are applied. */
  readonly after: Verdicts;
  /** Of the cluster as it is; empty without one. */
  readonly before: Verdicts;
  /** How many objects of the files are of no kind and version that is read, by `apiVersion/kind`. */
  readonly others: ReadonlyMap<string, number>;
}

/** Pure, like `runOffline`. Nothing is built twice: the files change the hosts that they touch. */
export function judge(
  files: readonly RawObject[],
  settings: PipelineSettings,
  applying: Applying | undefined,
): Judgement {
  const pipeline = runOffline(applying?.cluster ?? [], settings);
  const before = new Map(pipeline.graph.verdicts());
  const known = new Map(pipeline.store.counts().ignored);
  const applied = applying === undefined ? files : asApplied(files, applying);
  pipeline.sink.apply(applied.map((object) => ({ type: 'applied', object })));
  const ignored = [...pipeline.store.counts().ignored];
  const others = ignored.map(([type, count]) => [type, count - (known.get(type) ?? 0)] as const);
  return {
    before,
    after: pipeline.graph.verdicts(),
    others: new Map(others.filter(([, count]) => count > 0)),
  };
}

const judgedKinds: ReadonlySet<string> = new Set(['IngressRoute', 'Ingress', 'TLSCertificateDelegation']);

/** Undefined: the object is of a kind that has no verdict, or has no usable name. */
export function judgedKey(object: RawObject): ObjectKey | undefined {
  const decoded = decode(object);
  const [first] = decoded === 'unknown' ? [] : decoded;
  return first !== undefined && judgedKinds.has(first.kind) ? keyOf(first) : undefined;
}
