// What becomes of requests when the server or the way to it is broken.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually, withDeadline } from '../../testing/deadline.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { ApiError } from '../api.ts';
import { resources } from '../resources.ts';
import { kubeConfigOf, startWorld, unaborted } from '../testing/fake-api-server-client.ts';
import type { Fault } from '../testing/fake-api-server-faults.ts';
import { statusObject } from '../testing/fake-api-server-faults.ts';
import { createKubeApi } from './client.ts';

const cart = { namespace: 'shop', name: 'cart' };
const refused = (status: number, reason: string, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  ...{ status, headers },
  body: statusObject(status, reason, 'no'),
});

describe('answers that are no success', () => {
  for (const [fault, expected] of [
    [refused(403, 'Forbidden'), { code: 403, reason: 'Forbidden', retryAfterMs: undefined }],
    [refused(422, 'Invalid'), { code: 422, reason: 'Invalid', retryAfterMs: undefined }],
    [refused(429, 'TooManyRequests', { 'retry-after': '2' }), { code: 429, retryAfterMs: 2_000 }],
    [refused(503, 'ServiceUnavailable', { 'retry-after': '1' }), { code: 503, retryAfterMs: 1_000 }],
    [refused(500, 'InternalError'), { code: 500, retryAfterMs: undefined }],
    [{ kind: 'answer', status: 307, headers: { location: 'http://127.0.0.1:1/' } }, { code: 307 }],
    [
      { kind: 'answer', status: 502, body: statusObject(502, '', 'words', { causes: 'x'.repeat(1 << 20) }) },
      { code: 502, message: /502 Bad Gateway$/ },
    ],
  ] as const satisfies readonly (readonly [Fault, object])[]) {
    test(`${expected.code}`, async (t) => {
      const { server, api } = await startWorld(t);
      const signal = unaborted();
      for (const call of [
        () => api.patchStatus(resources.ingressRoutes, cart, {}, signal),
        () => api.get(resources.ingressRoutes, cart, signal),
        () => api.list(resources.ingressRoutes, { limit: 1, signal }),
        () => api.create(resources.ingressRoutes, { metadata: cart }, signal),
      ]) {
        for (const method of ['PATCH', 'GET', 'POST']) server.next(method, '/ingressroutes', fault);
        await assert.rejects(call(), { name: 'ApiError', ...expected });
      }
    });
  }

  test('a Retry-After that is a date counts from now', async (t) => {
    const { server, api } = await startWorld(t, { clock: manualClock() });
    server.next('GET', '/cart', refused(503, '', { 'retry-after': 'Thu, 01 Jan 1970 00:00:09 GMT' }));
    await assert.rejects(api.get(resources.services, cart, unaborted()), { retryAfterMs: 9_000 });
  });
});

describe('no answer', () => {
  test('from a server that is not there', async (t) => {
    const { server } = await startWorld(t);
    await server.close();
    const api = createKubeApi({
      kubeConfig: kubeConfigOf({ cluster: { server: server.url } }),
      clock: manualClock(),
    });
    t.after(() => api.close());
    await assert.rejects(api.get(resources.services, cart, unaborted()), {
      ...{ name: 'ApiError', code: 0 },
      message: /^GET \/api\/v1\/namespaces\/shop\/services\/cart: connect ECONNREFUSED/,
    });
  });

  test('since the connection was cut, before it or in it; the next request is fine', async (t) => {
    const { server, api } = await startWorld(t);
    server.put(resources.services, { metadata: cart });
    server.next('GET', '/cart', { kind: 'cut' });
    server.next('GET', '/cart', { kind: 'stream', chunks: ['{"meta'], end: 'cut' });
    for (let cut = 0; cut < 2; cut += 1)
      await assert.rejects(api.get(resources.services, cart, unaborted()), { name: 'ApiError', code: 0 });
    assert.notEqual(await api.get(resources.services, cart, unaborted()), undefined);
  });

  test('in time', async (t) => {
    const clock = manualClock();
    const { server, api } = await startWorld(t, { clock });
    server.next('GET', '/cart', { kind: 'silent' });
    const late = api.get(resources.services, cart, unaborted());
    const rejected = assert.rejects(late, {
      name: 'ApiError',
      code: 0,
      message: /no answer within 30000 ms$/,
    });
    await eventually(() => assert.equal(server.requests.length, 1));
    clock.advance(29_999);
    clock.advance(1);
    await withDeadline(rejected, 10_000, 'the rejection');
  });

  test('since the caller no longer wants it', async (t) => {
    const { server, api } = await startWorld(t);
    const aborting = new AbortController();
    server.next('PATCH', '/cart', { kind: 'silent' });
    const waiting = api.patchStatus(resources.ingressRoutes, cart, {}, aborting.signal);
    const rejected = assert.rejects(waiting, { name: 'ApiError', code: 0, message: /: aborted$/ });
    await eventually(() => assert.equal(server.requests.length, 1));
    aborting.abort();
    await withDeadline(rejected, 10_000, 'the rejection');
    await assert.rejects(api.get(resources.services, cart, aborting.signal), { code: 0 });
    assert.equal(server.requests.length, 1);
  });

  test('after close', async (t) => {
    const { api } = await startWorld(t);
    assert.equal(await api.get(resources.services, cart, unaborted()), undefined);
    await api.close();
    await assert.rejects(api.get(resources.services, cart, unaborted()), ApiError);
  });
});
