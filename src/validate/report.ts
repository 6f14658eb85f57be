// Everything that `validate` has to say, as data: its table, its JSON and its exit code are made of this.
import { decode } from '../dag/decode/index.ts';
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import { secretsNamedBy } from '../dag/secret-names.ts';
import type { RawObject } from '../store/events.ts';
import { type Change, changesOf } from './changes.ts';
import { type Filtered, ignoring } from './ignore.ts';
import { type Judgement, judgedKey } from './judge.ts';

/** An object of a file. */
export interface Located {
  readonly object: RawObject;
  readonly file: string;
  /** Of its document in the file, from 1. */
  readonly line: number;
}

export interface Row {
  readonly verdict: Verdict;
  readonly file: string;
  readonly line: number;
  /** Secrets that it names and we may not read, as namespace/name: it is judged as if they were fine. */
  readonly notRead: readonly string[];
}

export interface Report {
  /** One for each object of the files that has a verdict, in their order. */
  readonly rows: readonly Row[];
  /** Objects of the files that could have a verdict and are another controller's, by their class. */
  readonly notOurs: readonly ObjectKey[];
  /** Of the cluster's other objects. */
  readonly changes: readonly Change[];
  readonly others: Judgement['others'];
  readonly summary: Summary;
}

export interface Summary extends Readonly<Record<CurrentStatus, number>> {
  /** Of all objects of the files. */
  readonly warnings: number;
  /** Problems of the files' objects that were left out, by code. */
  readonly ignored: ReadonlyMap<string, number>;
  /** How many objects of the cluster would be worse off. */
  readonly worse: number;
}

export interface ReportOptions {
  readonly files: readonly Located[];
  readonly ignored: Iterable<string>;
  /** Secrets that we may not read, as namespace/name. */
  readonly notRead: ReadonlySet<string>;
}

export function reportOf(judgement: Judgement, { files, ignored, notRead }: ReportOptions): Report {
  const codes = new Set(ignored);
  const [before, after] = [ignoring(judgement.before, codes), ignoring(judgement.after, codes)];
  const own = files.flatMap((located) => {
    const key = judgedKey(located.object);
    return key === undefined ? [] : [{ ...located, key }];
  });
  const given = new Set(files.flatMap(({ object }) => secretIn(object)));
  const judged = own.flatMap(({ key, object, file, line }) => {
    const found = after.get(key);
    const unread = secretsOf(object).filter((name) => notRead.has(name) && !given.has(name));
    return found === undefined ? [] : [{ ...found, file, line, notRead: unread }];
  });
  const changes = changesOf({ except: new Set(own.map(({ key }) => key)), before, after });
  return {
    rows: judged.map(({ ignored: _, ...row }) => row),
    notOurs: own.map(({ key }) => key).filter((key) => !after.has(key)),
    changes,
    others: judgement.others,
    summary: summaryOf(judged, changes),
  };
}

function secretIn(object: RawObject): readonly string[] {
  const decoded = decode(object);
  const [first] = decoded === 'unknown' ? [] : decoded;
  return first?.kind === 'Secret' ? [`${first.namespace}/${first.name}`] : [];
}

function secretsOf(object: RawObject): readonly string[] {
  const decoded = decode(object);
  const named = decoded === 'unknown' ? [] : decoded.flatMap(secretsNamedBy);
  return [...new Set(named.map(({ namespace, name }) => `${namespace}/${name}`))].sort();
}

function summaryOf(judged: readonly Filtered[], changes: readonly Change[]): Summary {
  const count = (status: CurrentStatus) =>
    judged.filter(({ verdict }) => verdict.currentStatus === status).length;
  const ignored = new Map<string, number>();
  for (const { code } of judged.flatMap((one) => one.ignored))
    ignored.set(code, (ignored.get(code) ?? 0) + 1);
  const problems = judged.flatMap(({ verdict }) => verdict.problems);
  return {
    ...{ valid: count('valid'), invalid: count('invalid'), orphaned: count('orphaned') },
    warnings: problems.filter(({ severity, code }) => severity === 'warning' && code !== 'Orphaned').length,
    ignored,
    worse: changes.filter(({ worse }) => worse).length,
  };
}

/**
 * An invalid object fails, and so does one of the cluster that would be worse off. An orphaned one does not: the child
 * is applied before the root that delegates to it, or the root would be invalid. `strict`: all but what is flawless
 * fails.
 */
export function hasFailed(
  { rows, changes, summary }: Report,
  { strict }: { readonly strict: boolean },
): boolean {
  if (summary.invalid > 0 || summary.worse > 0) return true;
  const flawed = summary.orphaned > 0 || summary.warnings > 0;
  const uncertain = rows.some(({ notRead }) => notRead.length > 0);
  return strict && (flawed || uncertain || changes.some(({ added }) => added.length > 0));
}
