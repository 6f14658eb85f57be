// Verdicts without the problems that the user wants to have left out.
import { sentenceOf } from '../dag/description.ts';
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy, type Problem, problems } from '../dag/problems.ts';
import type { Verdicts } from './judge.ts';

/** A verdict, and the problems that are no longer in it. */
export interface Filtered {
  readonly verdict: Verdict;
  readonly ignored: readonly Problem[];
}

/**
 * A root that is valid but for what is ignored counts as served, so what that did to other objects is left out, too. A
 * verdict that lists only its worst problems stays invalid if an error may be among the others.
 */
export function ignoring(verdicts: Verdicts, codes: ReadonlySet<string>): ReadonlyMap<ObjectKey, Filtered> {
  const once = mapped(verdicts, (verdict) => without(verdict, ({ code }) => codes.has(code)));
  const served = new Set(
    [...once]
      .filter(([key, { verdict }]) => verdict.currentStatus !== verdicts.get(key)?.currentStatus)
      .map(([key]) => problems.RootNotServed(namedBy(key)).message),
  );
  if (served.size === 0) return once;
  const isExcused = ({ code, message }: Problem) => code === 'RootNotServed' && served.has(message);
  return mapped(verdicts, (verdict) =>
    without(verdict, (problem) => codes.has(problem.code) || isExcused(problem)),
  );
}

const mapped = <From, To>(from: ReadonlyMap<ObjectKey, From>, to: (value: From) => To) =>
  new Map([...from].map(([key, value]) => [key, to(value)] as const));

function without(verdict: Verdict, isIgnored: (problem: Problem) => boolean): Filtered {
  const ignored = verdict.problems.filter(isIgnored);
  if (ignored.length === 0) return { verdict, ignored };
  const kept = verdict.problems.filter((problem) => !isIgnored(problem));
  const currentStatus = statusOf(verdict, kept);
  const changed = {
    problems: kept,
    problemsCount: verdict.problemsCount - ignored.length,
    currentStatus,
    description: descriptionOf(verdict, currentStatus, kept),
  };
  return { verdict: { ...verdict, ...changed }, ignored };
}

function statusOf(verdict: Verdict, kept: readonly Problem[]): CurrentStatus {
  if (verdict.currentStatus === 'orphaned' && kept.some(({ code }) => code === 'Orphaned')) return 'orphaned';
  const hasError = kept.some(({ severity }) => severity === 'error');
  return hasError || mayHideErrors(verdict) ? 'invalid' : 'valid';
}

/** Problems come worst first, so an error at the end of a cut list may be followed by more. */
const mayHideErrors = ({ problems, problemsCount }: Verdict): boolean =>
  problemsCount > problems.length && problems.at(-1)?.severity === 'error';

function descriptionOf(verdict: Verdict, status: CurrentStatus, kept: readonly Problem[]): string {
  if (status === 'valid') return `valid ${namedBy(verdict.object).kind}`;
  if (status === 'orphaned') return verdict.description;
  const [first] = kept;
  if (first?.severity === 'error') return sentenceOf(first);
  return 'it has more problems than are listed, so not all of them can be ignored; correct some of these';
}
