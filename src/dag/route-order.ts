// The order in which routes are tried, and when two of them are for the same requests.
import { compareText } from './compare.ts';
import type { PathMatch, Route } from './model.ts';

const kindRank: Record<PathMatch['kind'], number> = { exact: 0, regex: 1, prefix: 2, 'string-prefix': 2 };

/** Longest path first (a regular expression by the length of its text); equally long, exact before prefix. */
export const compareRoutes = (a: Route, b: Route): number =>
  b.match.path.length - a.match.path.length ||
  kindRank[a.match.kind] - kindRank[b.match.kind] ||
  compareText(a.match.path, b.match.path) ||
  compareText(a.source, b.source);

/** Equal for matches of which only one can ever be used: the same path, and the same way to compare. */
export function matchKey({ kind, path }: PathMatch): string {
  return `${kind === 'string-prefix' ? 'prefix' : kind} ${path}`;
}
