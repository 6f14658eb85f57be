// Request paths that routes match: which can occur after Envoy's normalisation, and which lie under which.

/** Why no normalised request path can be or begin with this one; undefined if one can. */
export function impossiblePath(path: string): string | undefined {
  if (!path.startsWith('/')) return 'does not begin with "/"';
  if (path.includes('//')) return 'has an empty segment ("//")';
  if (path.includes('?') || path.includes('#')) return 'has a "?" or "#"';
  if (path.includes('\\')) return 'has a "\\"';
  if (/[^\x21-\x7e]/.test(path)) return 'has a character that must be percent-encoded';
  if (path.split('/').some((segment) => segment === '.' || segment === '..'))
    return 'has a "." or ".." segment';
  return undefined;
}

/** True if `path` is `prefix` or lies under it at a segment boundary: `/blog/x` and `/blog`, never `/blogger`. */
export function liesUnder(prefix: string, path: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || prefix.endsWith('/') || path[prefix.length] === '/';
}
