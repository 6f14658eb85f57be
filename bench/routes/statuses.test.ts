// All statuses are counted, whatever the pages and however often the watch ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from './api.ts';
import { ours } from './implementation.ts';
import { allStatuses } from './statuses.ts';
import { quietSession } from './testing/session.ts';

const implementation = ours({ tls: false, profile: undefined });
const route = (index: number, currentStatus: string) => ({
  metadata: { name: `r${index}` },
  status: { currentStatus },
});
const event = (type: string, object: object) => JSON.stringify({ type, object });

/** Lists come from `pages`, watches from `watches`, in order. */
function scripted(pages: readonly object[], watches: readonly (readonly string[])[]): Api {
  const [nextPage, nextWatch] = [pages.values(), watches.values()];
  return {
    ask: async () => ({ status: 200, text: '' }),
    send: async () => JSON.stringify(nextPage.next().value),
    async *lines(_path, signal) {
      const { value, done } = nextWatch.next();
      if (!done) yield* value;
      else await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

const page = (items: readonly object[], more = '') => ({
  items,
  metadata: { resourceVersion: '5', continue: more },
});

test('statuses of several pages count', async () => {
  const api = scripted([page([route(1, 'valid')], 'token'), page([route(2, 'valid')])], []);
  await allStatuses(quietSession(), api, { implementation, total: 2, within: 5000 });
});

test('statuses that come by watch count once each, and an expired watch starts again with a list', async () => {
  const pages = [page([route(1, 'invalid'), route(2, 'valid')]), page([route(1, 'invalid')])];
  const watches = [
    [event('MODIFIED', route(2, 'valid')), event('ERROR', { metadata: {} }), 'never read'],
    [event('MODIFIED', route(1, 'valid'))],
  ];
  await allStatuses(quietSession(), scripted(pages, watches), { implementation, total: 2, within: 5000 });
});

test('the deadline says how many are valid', async () => {
  const api = scripted([page([route(1, 'valid'), route(2, 'orphaned')])], []);
  await assert.rejects(
    allStatuses(quietSession(), api, { implementation, total: 2, within: 20 }),
    /the statuses of 2 routes to say valid; last seen: 1 are/,
  );
});
