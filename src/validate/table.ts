// The report for people: a row for each object, its problems under it, and a summary at the end.
import type { CurrentStatus } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy, type Problem } from '../dag/problems.ts';
import { escapeControl } from '../dag/user-text.ts';
import { statusColour } from '../ops/terminal.ts';
import { alignColumns, paint, type Style } from '../ops/terminal-text.ts';
import type { Change } from './changes.ts';
import type { Report, Row, Summary } from './report.ts';

/** Most changes of the cluster that are shown; JSON has all. */
const mostChanges = 100;

/** The worst comes last, next to the summary: a log is read from its end. */
export function reportTable(report: Report, style: Style): string {
  const blocks = [...rowLines(report.rows, style), ...changeLines(report.changes, style)];
  const space = blocks.length > 0 ? [''] : [];
  return [...blocks, ...space, summaryLine(report.summary)].map((line) => `${line}\n`).join('');
}

function rowLines(rows: readonly Row[], style: Style): readonly string[] {
  if (rows.length === 0) return [];
  const sorted = rows.toSorted((a, b) => weight(a) - weight(b));
  const cells = sorted.map(({ verdict, file, line }) => {
    const { kind, name } = titleOf(verdict.object);
    return [kind, name, verdict.currentStatus, `${escapeControl(file)}:${line}`];
  });
  const [head = '', ...lines] = alignColumns(
    [['KIND', 'OBJECT', 'STATUS', 'FILE'], ...cells],
    style,
    (row, column) => {
      if (row === 0) return 'dim';
      const verdict = sorted[row - 1]?.verdict;
      return column === 2 && verdict !== undefined ? statusColour(verdict) : undefined;
    },
  );
  return [head, ...sorted.flatMap((row, index) => [lines[index] ?? '', ...detailLines(row, style)])];
}

/** Flawless, with warnings, orphaned, invalid. */
function weight({ verdict: { currentStatus, problems }, notRead }: Row): number {
  const flawed = problems.length + notRead.length > 0 ? 1 : 0;
  const weights: Readonly<Record<CurrentStatus, number>> = { valid: flawed, orphaned: 2, invalid: 3 };
  return weights[currentStatus];
}

function detailLines({ verdict, notRead }: Row, style: Style): readonly string[] {
  const { problems, problemsCount } = verdict;
  const hidden = problemsCount - problems.length;
  return [
    ...problemLines(problems, style),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
    ...notRead.map(
      (secret) => `  unknown  not allowed to read Secret ${escapeControl(secret)}; it is taken to be fine`,
    ),
  ];
}

function problemLines(problems: readonly Problem[], style: Style): readonly string[] {
  const withRoute = problems.some(({ route }) => route !== undefined);
  const cells = problems.map(({ severity, code, route = '', message }) => [
    ...['', severity, code],
    ...(withRoute ? [escapeControl(route)] : []),
    escapeControl(message),
  ]);
  return alignColumns(cells, style, (row, column) =>
    column === 1 ? (problems[row]?.severity === 'error' ? 'red' : 'yellow') : undefined,
  );
}

function changeLines(changes: readonly Change[], style: Style): readonly string[] {
  if (changes.length === 0) return [];
  const sorted = changes.toSorted((a, b) => Number(a.worse) - Number(b.worse));
  const hidden = Math.max(0, sorted.length - mostChanges);
  const blocks = sorted.slice(hidden).flatMap(({ object, before, after, added, worse }) => {
    const { kind, name } = titleOf(object);
    const status = statusChange(before?.currentStatus, after?.currentStatus);
    const fewer = status.startsWith('still') && added.length === 0 ? ', with fewer problems' : '';
    const what = paint(status + fewer, worse ? 'red' : 'green', style);
    return [`${kind} ${name}: ${what}`, ...problemLines(added, style)];
  });
  const omitted = hidden > 0 ? [`${hidden} more, none of them worse than these; -o json has all`] : [];
  return ['', 'would change in the cluster:', ...omitted, ...blocks];
}

function statusChange(before: CurrentStatus | undefined, after: CurrentStatus | undefined): string {
  if (after === undefined) return `${before ?? ''} -> no longer served, its class is not ours`;
  if (before === undefined) return `not ours -> ${after}`;
  return before === after ? `still ${after}` : `${before} -> ${after}`;
}

/** `12 valid, 1 invalid, 1 orphaned; 3 warnings; 2 problems ignored: ServiceMissing (2)` */
export function summaryLine({ valid, invalid, orphaned, warnings, ignored, worse }: Summary): string {
  const counts = `${valid} valid, ${invalid} invalid, ${orphaned} orphaned`;
  const codes = [...ignored].sort();
  const total = codes.reduce((sum, [, count]) => sum + count, 0);
  const list = codes.map(([code, count]) => `${code} (${count})`).join(', ');
  return [
    counts,
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
    ...(total > 0 ? [`${counted(total, 'problem')} ignored: ${list}`] : []),
    ...(worse > 0 ? [`${counted(worse, 'object')} of the cluster worse off`] : []),
  ].join('; ');
}

/** `1 warning`, `2 warnings`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** For a terminal: kind, and namespace/name. */
export function titleOf(key: ObjectKey): { readonly kind: string; readonly name: string } {
  const { kind, namespace, name } = namedBy(key);
  return { kind, name: escapeControl(namespace === '' ? name : `${namespace}/${name}`) };
}
