import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Pool } from 'undici';
import { startFakeApiServer } from '../testing/fake-api-server.ts';
import { unaborted } from '../testing/fake-api-server-client.ts';
import { exchange, TooLargeError } from './exchange.ts';

async function world(t: TestContext) {
  const server = await startFakeApiServer();
  const pool = new Pool(server.url);
  t.after(async () => {
    await pool.destroy();
    await server.close();
  });
  const request = (signal: AbortSignal) =>
    exchange(pool, {
      ...{ origin: server.url, method: 'GET', path: '/api/v1/services', headers: {} },
      ...{ body: undefined, maxBytes: 10, signal },
    });
  return { server, request };
}

test('a request that is given up while its connection opens is never sent', async (t) => {
  const { server, request } = await world(t);
  const aborting = new AbortController();
  const given = request(aborting.signal);
  aborting.abort();
  await assert.rejects(given, /aborted/);
  server.next('GET', '/services', { kind: 'answer', status: 200, body: 'next' });
  await request(unaborted());
  assert.equal(server.requests.length, 1);
});

test('the limit of an answer counts over its chunks', async (t) => {
  const { server, request } = await world(t);
  server.next('GET', '/services', { kind: 'stream', chunks: ['12345', '67890'], end: 'close' });
  assert.equal((await request(unaborted())).text, '1234567890');
  server.next('GET', '/services', { kind: 'stream', chunks: ['12345', '67890', '1'], end: 'open' });
  await assert.rejects(request(unaborted()), TooLargeError);
});
