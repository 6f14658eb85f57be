// What can be wrong with a manifest file, where, and how it is shown to the person who wrote it.

/** A mistake in a file. `error`: nothing of the file's new content is taken; `warning`: the rest of it is. */
export interface ManifestProblem {
  readonly kind: 'problem';
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** Line and column count from 1; undefined if the problem concerns the file as a whole. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
  /** The lines around the mistake with a caret below it; empty without a position. Holds no secret values. */
  readonly excerpt: string;
}

/** Where a position in a text is. Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The parser's own words may quote a whole line. */
const longestMessage = 400;
const linesBefore = 2;
const shownColumns = 100;

/** `FILE:LINE:COLUMN: message`, then the excerpt. */
export function formatProblem(problem: ManifestProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const excerpt = problem.excerpt === '' ? '' : `\n${problem.excerpt}`;
  return `${place}: ${problem.message}${excerpt}`;
}

export function problemAt(
  file: string,
  lines: readonly string[],
  position: Position | undefined,
  message: string,
  severity: ManifestProblem['severity'] = 'error',
): ManifestProblem {
  return {
    kind: 'problem',
    severity,
    file,
    line: position?.line,
    column: position?.column,
    message: printable(cut(message)),
    excerpt: position === undefined ? '' : excerptAt(lines, position),
  };
}

/** A problem of the file as a whole. */
export function fileProblem(
  file: string,
  message: string,
  severity: ManifestProblem['severity'] = 'error',
): ManifestProblem {
  return problemAt(file, [], undefined, message, severity);
}

function excerptAt(lines: readonly string[], { line, column }: Position): string {
  const first = Math.max(1, line - linesBefore);
  const from = Math.max(0, column - shownColumns + 20);
  const gutter = String(line).length;
  const shown = lines.slice(first - 1, line).map((text, index) => {
    const number = String(first + index).padStart(gutter);
    return `  ${number} | ${masked(printable(text)).slice(from, from + shownColumns)}`.trimEnd();
  });
  return [...shown, `  ${' '.repeat(gutter)} | ${' '.repeat(Math.max(0, column - 1 - from))}^`].join('\n');
}

const cut = (text: string): string =>
  text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;

/** Text of a file goes to terminals: control characters could rewrite what they show. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ');

/** Excerpts go to logs: a run that may be base64 of a key is shown as asterisks of the same length. */
const masked = (text: string): string =>
  text.replaceAll(/[A-Za-z0-9+/=_-]{32,}/g, (run) => '*'.repeat(run.length));
