// Paths by the words of the design: how requests are normalised, what lies under what, what a rewrite makes of it.

/** The path without its query, and the query with its `?`. */
export function splitQuery(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at) };
}

/** Dot segments are resolved as in RFC 3986, then slashes merged; escaped slashes stay as they are. */
export function normalised(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (last) kept.push('');
  });
  const resolved = `/${kept.join('/')}`;
  // Envoy's own merging leaves two of a path that is nothing but slashes.
  return /^\/{2,}$/.test(resolved) ? '//' : resolved.replace(/\/+/g, '/');
}

/** `/blog` takes `/blog` and `/blog/x`, not `/blogger`; `/blog/` does not take `/blog`. */
export const liesUnder = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);

/**
 * The prefix of the path is replaced, joined at the segment: never `//` where there was none, never two segments made
 * one. The slash at the end of a prefix is there in the result too.
 */
export function rewritten(path: string, prefix: string, replacement: string): string {
  const rest = path.slice(prefix.length);
  const stem = replacement.replace(/\/$/, '');
  if (prefix.endsWith('/')) return `${stem}/${rest}`;
  return rest.startsWith('/') ? `${stem}${rest}` : `${replacement}${rest}`;
}
