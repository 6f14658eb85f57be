// What applying the files would do to objects of the cluster that the files don't have.
import { compareText } from '../dag/compare.ts';
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { Problem } from '../dag/problems.ts';
import type { Filtered } from './ignore.ts';

export interface Change {
  readonly object: ObjectKey;
  /** Undefined: it was not ours, by its class. */
  readonly before: Verdict | undefined;
  /** Undefined: it is no longer ours. */
  readonly after: Verdict | undefined;
  /** Problems that it had not before. */
  readonly added: readonly Problem[];
  /** Its status is worse, or it has another error. */
  readonly worse: boolean;
}

export interface ChangesOptions {
  /** Objects of the files, which have rows of their own. */
  readonly except: ReadonlySet<ObjectKey>;
  readonly before: ReadonlyMap<ObjectKey, Filtered>;
  readonly after: ReadonlyMap<ObjectKey, Filtered>;
}

/** Sorted by object. Where else an IngressRoute is reached from now is no change of what is thought of it. */
export function changesOf({ except, before, after }: ChangesOptions): readonly Change[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((key) => !except.has(key))
    .sort(compareText)
    .flatMap((key) => changeOf(key, before.get(key)?.verdict, after.get(key)?.verdict) ?? []);
}

function changeOf(
  object: ObjectKey,
  before: Verdict | undefined,
  after: Verdict | undefined,
): Change | undefined {
  if (before === after) return undefined;
  const [had, has] = [problemsOf(before), problemsOf(after)];
  const added = [...has].filter(([id]) => !had.has(id)).map(([, problem]) => problem);
  const gone = [...had.keys()].some((id) => !has.has(id));
  const same = before?.currentStatus === after?.currentStatus && added.length === 0 && !gone;
  if (same) return undefined;
  const worse =
    rank(after, 'gone') > rank(before, 'new') || added.some(({ severity }) => severity === 'error');
  return { object, before, after, added, worse };
}

const problemsOf = (verdict: Verdict | undefined): ReadonlyMap<string, Problem> =>
  new Map(
    (verdict?.problems ?? []).map((problem) => [
      JSON.stringify([problem.code, problem.severity, problem.route, problem.message]),
      problem,
    ]),
  );

const ranks: Readonly<Record<CurrentStatus | 'new' | 'gone', number>> = {
  ...{ new: 0, valid: 0 },
  ...{ orphaned: 1, invalid: 2, gone: 3 },
};

const rank = (verdict: Verdict | undefined, none: 'new' | 'gone'): number =>
  ranks[verdict?.currentStatus ?? none];
