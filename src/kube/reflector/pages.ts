// The pages of one list, each with fewer objects from the first on that was too large.
import type { Clock } from '../../runtime/clock.ts';
import { type KubeApi, type ListPage, PageTooLarge } from '../api.ts';
import type { Resource } from '../resources.ts';
import { ask } from './ask.ts';
import { fullName } from './trouble.ts';

export interface PagesOptions {
  readonly api: Pick<KubeApi, 'list'>;
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly clock: Clock;
}

/** The server gives a complete list only without `resourceVersion=0`, and only so it heeds the limit. */
const firstLimit = 500;
/** Each try of a page, in milliseconds. */
export const pageWithinMs = 60_000;

/** Throws an ApiError and nothing else; a PageTooLarge only if one object alone is too large. */
export async function* pagesOf(options: PagesOptions, signal: AbortSignal): AsyncGenerator<ListPage> {
  const { api, resource, namespace, fieldSelector, labelSelector, clock } = options;
  const asking = { clock, signal, withinMs: pageWithinMs, what: `list ${fullName(resource)}` };
  let limit = firstLimit;
  let continueToken: string | undefined;
  while (!signal.aborted) {
    const query = { namespace, fieldSelector, labelSelector, limit, continueToken };
    const page = await ask(asking, (limited) => api.list(resource, { ...query, signal: limited })).catch(
      (error: unknown) => {
        if (error instanceof PageTooLarge && limit > 1) return undefined;
        throw error;
      },
    );
    if (page === undefined) {
      limit = Math.ceil(limit / 4);
      continue;
    }
    yield page;
    continueToken = page.continueToken;
    if (continueToken === undefined) return;
  }
}
