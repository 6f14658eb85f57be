// Paths and queries of requests.
import type { ListOptions, ObjectName, WatchOptions } from '../api.ts';
import { collectionPath, type Resource } from '../resources.ts';

/** Longest name of any kind that the API server takes. */
const longestName = 253;

/**
 * Undefined: no object can have this name. Names come from users (a Secret that a route refers to); one with `/` or
 * `..` must not turn into the path of something else on the way.
 */
export function objectPath(resource: Resource, { namespace, name }: ObjectName): string | undefined {
  if (!isSegment(name) || (namespace !== '' && !isSegment(namespace))) return undefined;
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

const isSegment = (text: string): boolean =>
  text !== '' &&
  text.length <= longestName &&
  text !== '.' &&
  text !== '..' &&
  !/[/%\p{Cc}\p{Cs}]/u.test(text);

export function listQuery(options: ListOptions): string {
  const query = new URLSearchParams({ limit: String(options.limit) });
  if (options.continueToken !== undefined) query.set('continue', options.continueToken);
  return withSelectors(query, options);
}

export function watchQuery(options: WatchOptions): string {
  const { resourceVersion, timeoutSeconds } = options;
  const query = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', resourceVersion });
  query.set('timeoutSeconds', String(timeoutSeconds));
  return withSelectors(query, options);
}

function withSelectors(
  query: URLSearchParams,
  { fieldSelector, labelSelector }: Pick<ListOptions, 'fieldSelector' | 'labelSelector'>,
): string {
  if (fieldSelector !== undefined) query.set('fieldSelector', fieldSelector);
  if (labelSelector !== undefined) query.set('labelSelector', labelSelector);
  return `?${query}`;
}
