// The report for programs. Fields are only ever added; docs/validate.md describes them.
import { compareText } from '../dag/compare.ts';
import type { Verdict } from '../dag/model.ts';
import { namedBy } from '../dag/problems.ts';
import type { Change } from './changes.ts';
import type { Report, Row } from './report.ts';

/** The same bytes for the same report, whatever the order of the files. */
export function reportJson(
  { rows, changes, summary }: Report,
  { failed }: { readonly failed: boolean },
): string {
  const { ignored, worse, ...counts } = summary;
  const sorted = rows.toSorted((a, b) => compareText(a.verdict.object, b.verdict.object));
  const document = {
    objects: sorted.map(rowJson),
    changes: changes.map(changeJson),
    summary: { ...counts, ignored: Object.fromEntries([...ignored].sort()), worse, failed },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const rowJson = ({ verdict, file, line, notRead }: Row) => ({
  ...namedBy(verdict.object),
  ...{ file, line },
  ...thoughts(verdict),
  ...{ reachedFrom: verdict.reachedFrom, reachedFromCount: verdict.reachedFromCount, notRead },
});

const changeJson = ({ object, before, after, worse }: Change) => ({
  ...namedBy(object),
  worse,
  before: before === undefined ? null : thoughts(before),
  after: after === undefined ? null : thoughts(after),
});

const thoughts = ({ currentStatus, description, problems, problemsCount }: Verdict) => ({
  ...{ currentStatus, description, problems, problemsCount },
});
