// Whether Envoy will take a regular expression: one that it refuses would hold up its host, with the paths of others.
// How large a program Envoy compiles is a setting of its bootstrap (runtime key `re2.max_program_size.error_level`).

/** Envoy compiles them; RE2's work and memory grow with their length. */
const longest = 1_024;
/** RE2's limit of one repetition. */
const mostRepeats = 1_000;
/** Bounds the compiled program: the text with its repetitions written out. */
const largest = 4_000;
/** What RE2 knows after a backslash; any other letter or digit it refuses. */
const escapes = /^[AbBdDsSwWzafnrtvx0]$/;

/**
 * Why it is no regular expression of RE2's syntax; undefined if it is one. Refuses some rare forms that RE2 has:
 * named groups, flags in the middle, Unicode classes, `\Q`.
 */
export function regexMistake(pattern: string): string | undefined {
  if (pattern.length > longest) return `is longer than ${longest} characters`;
  const text = pattern.replace(/^\(\?[imsU]+\)/, '');
  for (const [, escaped = ''] of text.matchAll(/\\(.?)/gsu))
    if (/^[A-Za-z0-9]?$/.test(escaped) && !escapes.test(escaped)) return `has "\\${escaped}"`;
  if (/\\x(?![0-9a-fA-F]{2})/.test(text.replaceAll('\\\\', ''))) return 'has a "\\x" without two digits';
  for (const [set] of text.matchAll(/\[(?:\\.|[^\]\\])*\]/gsu))
    if (/\\[AbBz]|-\\[dDsSwW]/.test(set)) return `has an escape that can't stand in "${set}"`;
  const unescaped = text.replaceAll(/\\./gsu, 'x');
  if (/\(\?(?!:)/.test(unescaped)) return 'has a group that begins with "(?" and is not "(?:"';
  if (/\[\^?\]/.test(unescaped)) return 'has an empty "[]"';
  if (/[*+?}]\+|\}[*{]|[*+?]\{\d/.test(unescaped)) return 'repeats a repetition';
  if (tooLarge(unescaped)) return 'has repetitions that make it too large';
  return compiles(text) ? undefined : 'is not complete, or has a repetition of nothing';
}

/** Groups that are repeated by number may be nested, so then all numbers of the pattern are multiplied. */
function tooLarge(unescaped: string): boolean {
  const counts = [...unescaped.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least = '', most = '']) =>
    Math.max(1, Number(least), Number(most)),
  );
  if (counts.some((count) => count > mostRepeats)) return true;
  const written = counts.reduce((sum, count) => sum + count, unescaped.length);
  const multiplied = /\)\{\d/.test(unescaped) ? counts.reduce((product, count) => product * count, 1) : 1;
  return multiplied > mostRepeats || written + unescaped.length * multiplied > largest;
}

/** JavaScript's own syntax holds what the checks before let through of RE2's. Compiling runs nothing. */
function compiles(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}
