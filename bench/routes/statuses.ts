// When the control plane has judged the routes: `.status.currentStatus` is `valid`.
import type { Api } from './api.ts';
import type { Implementation } from './implementation.ts';
import { names } from './objects.ts';
import { now, type Session, until } from './session.ts';

interface Route {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly currentStatus?: string };
}

interface Page {
  readonly items: readonly Route[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

const isValid = ({ status }: Route): boolean => status?.currentStatus === 'valid';

/** Resolves when the route is valid; polls it. */
export async function statusOfOne(
  session: Session,
  api: Api,
  target: { readonly implementation: Implementation; readonly index: number; readonly within: number },
): Promise<void> {
  const name = names.route(target.index);
  const what = `the status of ${name} to say valid`;
  await until(session, { what, within: target.within }, async () => {
    const route: Route = JSON.parse(await api.send('GET', `${target.implementation.routes}/${name}`));
    return isValid(route) ? undefined : (route.status?.currentStatus ?? 'no status');
  });
}

/**
 * Resolves with the moment when all of `total` routes have been valid. One list and a watch: polling thousands of
 * objects would take the time from what is measured.
 */
export async function allStatuses(
  session: Session,
  api: Api,
  target: { readonly implementation: Implementation; readonly total: number; readonly within: number },
): Promise<number> {
  const { implementation, total, within } = target;
  const valid = new Set<string>();
  const note = (route: Route) => {
    if (isValid(route)) valid.add(route.metadata.name);
  };
  const late = AbortSignal.timeout(within);
  const signal = AbortSignal.any([session.signal, late]);
  try {
    while (valid.size < total) {
      const version = await eachRoute(api, implementation.routes, note);
      if (valid.size >= total) break;
      const watch = `${implementation.routes}?watch=1&resourceVersion=${version}&timeoutSeconds=600`;
      for await (const line of api.lines(watch, signal)) {
        const event: { readonly type: string; readonly object: Route } = JSON.parse(line);
        if (event.type === 'ERROR') break;
        note(event.object);
        if (valid.size >= total) break;
      }
      signal.throwIfAborted();
    }
  } catch (error) {
    session.signal.throwIfAborted();
    if (!late.aborted) throw error;
    throw new Error(
      `waited ${within / 1000} s for the statuses of ${total} routes to say valid; last seen: ${valid.size} are`,
    );
  }
  return now();
}

/** Calls for every route and returns the version of the list. */
async function eachRoute(api: Api, folder: string, note: (route: Route) => void): Promise<string> {
  let token = '';
  for (;;) {
    const page: Page = JSON.parse(await api.send('GET', `${folder}?limit=500${token}`));
    page.items.forEach(note);
    if (page.metadata.continue === undefined || page.metadata.continue === '')
      return page.metadata.resourceVersion;
    token = `&continue=${encodeURIComponent(page.metadata.continue)}`;
  }
}
