// Watches over real connections.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { eventually, withDeadline } from '../../testing/deadline.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { ApiError, type WatchEvent, type WatchOptions } from '../api.ts';
import { resources } from '../resources.ts';
import { startWorld, unaborted, type World } from '../testing/fake-api-server-client.ts';
import { statusObject } from '../testing/fake-api-server-faults.ts';

const cart = { namespace: 'shop', name: 'cart' };
const service = (name: string, namespace = 'shop') => ({ metadata: { namespace, name } });

/** A watch of services that collects what comes; `over` is how it ended. */
function follow({ api }: World, t: TestContext, options: Partial<WatchOptions> = {}) {
  const aborting = new AbortController();
  t.after(() => aborting.abort());
  const seen: WatchEvent[] = [];
  const all = { resourceVersion: '1', timeoutSeconds: 300, signal: aborting.signal, ...options };
  const over = (async () => {
    try {
      for await (const batch of api.watch(resources.services, all)) seen.push(...batch);
      return undefined;
    } catch (error) {
      assert.ok(error instanceof ApiError, String(error));
      return error;
    }
  })();
  return { seen, over: withDeadline(over, 20_000, 'the end of the watch'), abort: () => aborting.abort() };
}

const types = (seen: readonly WatchEvent[]) => seen.map(({ type }) => type);

describe('a watch', () => {
  test('delivers what happens after the version, and ends when the server ends it', async (t) => {
    const world = await startWorld(t);
    const { server } = world;
    const { metadata } = server.put(resources.services, service('before'));
    const resourceVersion = String((metadata as { resourceVersion: string }).resourceVersion);
    server.put(resources.services, service('cart'));
    const { seen, over } = follow(world, t, { resourceVersion });
    await eventually(() => assert.deepEqual(types(seen), ['ADDED']));
    server.put(resources.services, service('cart'));
    server.bookmark();
    server.remove(resources.services, cart);
    await eventually(() => assert.deepEqual(types(seen), ['ADDED', 'MODIFIED', 'BOOKMARK', 'DELETED']));
    server.endWatches('close');
    assert.equal(await over, undefined);
  });

  test('asks as the reflector wants it', async (t) => {
    const world = await startWorld(t);
    const { over } = follow(world, t, {
      namespace: 'shop',
      fieldSelector: 'metadata.name=ca',
      labelSelector: 'app=envoy',
      resourceVersion: '7',
    });
    await eventually(() => assert.equal(world.server.watches(), 1));
    const [request] = world.server.requests;
    assert.equal(request?.path, '/api/v1/namespaces/shop/services');
    assert.deepEqual(Object.fromEntries(request?.query ?? []), {
      ...{ watch: '1', allowWatchBookmarks: 'true', resourceVersion: '7', timeoutSeconds: '300' },
      fieldSelector: 'metadata.name=ca',
      labelSelector: 'app=envoy',
    });
    world.server.endWatches('close');
    await over;
  });

  test('a cut connection is an error', async (t) => {
    const world = await startWorld(t);
    const { over } = follow(world, t);
    await eventually(() => assert.equal(world.server.watches(), 1));
    world.server.endWatches('cut');
    const error = await over;
    assert.equal(error?.code, 0);
    assert.match(error?.message ?? '', /^GET \/api\/v1\/services: ./);
  });

  for (const end of ['close', 'cut'] as const) {
    test(`half a line and ${end}: what was whole is delivered, the rest is an error`, async (t) => {
      const world = await startWorld(t);
      const object = { metadata: { name: 'Zürich', resourceVersion: '3' } };
      const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
      const middle = line.indexOf('ü') + 1;
      const chunks = [line.subarray(0, middle), line.subarray(middle), line.subarray(0, middle)];
      world.server.next('GET', '/services', { kind: 'stream', chunks, end });
      const { seen, over } = follow(world, t);
      assert.equal((await over)?.code, 0);
      assert.deepEqual(seen, [{ type: 'ADDED', object, resourceVersion: '3' }]);
    });
  }

  test('a version that is too old', async (t) => {
    const world = await startWorld(t);
    world.server.compact();
    const error = await follow(world, t, { resourceVersion: '1' }).over;
    assert.deepEqual([error?.code, error?.reason], [410, 'Expired']);
  });

  test('an answer that is no success', async (t) => {
    const world = await startWorld(t);
    const body = statusObject(429, 'TooManyRequests', 'slow down');
    world.server.next('GET', '/services', {
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': '3' },
      body,
    });
    const error = await follow(world, t).over;
    assert.deepEqual([error?.code, error?.reason, error?.retryAfterMs], [429, 'TooManyRequests', 3_000]);
    assert.equal(error?.message, 'GET /api/v1/services: 429 Too Many Requests: slow down');
    const long = statusObject(503, '', 'words', { causes: 'x'.repeat(1 << 20) });
    world.server.next('GET', '/services', { kind: 'answer', status: 503, body: long });
    assert.match((await follow(world, t).over)?.message ?? '', /503 Service Unavailable$/);
  });

  test('a server that does not begin its answer', async (t) => {
    const clock = manualClock();
    const world = await startWorld(t, { clock });
    world.server.next('GET', '/services', { kind: 'silent' });
    const { over } = follow(world, t);
    await eventually(() => assert.equal(world.server.requests.length, 1));
    clock.advance(30_000);
    assert.match((await over)?.message ?? '', /no answer within 30000 ms$/);
  });

  test('silence after the beginning is no error, however long', async (t) => {
    const clock = manualClock();
    const world = await startWorld(t, { clock });
    const { seen } = follow(world, t);
    world.server.put(resources.services, service('cart'));
    await eventually(() => assert.deepEqual(types(seen), ['ADDED']));
    clock.advance(3_600_000);
    world.server.put(resources.services, service('cart'));
    await eventually(() => assert.deepEqual(types(seen), ['ADDED', 'MODIFIED']));
  });
});

describe('the end of a watch by its signal', () => {
  test('is no error, and closes the connection', async (t) => {
    const world = await startWorld(t);
    const { over, abort } = follow(world, t);
    await eventually(() => assert.equal(world.server.watches(), 1));
    abort();
    assert.equal(await over, undefined);
    await eventually(() => assert.equal(world.server.watches(), 0));
  });

  test('also before the answer, and before the request', async (t) => {
    const world = await startWorld(t);
    world.server.next('GET', '/services', { kind: 'silent' });
    const { over, abort } = follow(world, t);
    await eventually(() => assert.equal(world.server.requests.length, 1));
    abort();
    assert.equal(await over, undefined);
    assert.equal(await follow(world, t, { signal: AbortSignal.abort() }).over, undefined);
    assert.equal(world.server.requests.length, 1);
  });

  test('who stops reading closes the connection, too', async (t) => {
    const { server, api } = await startWorld(t);
    server.put(resources.services, service('cart'));
    const options = { resourceVersion: '1', timeoutSeconds: 300, signal: unaborted() };
    for await (const [event] of api.watch(resources.services, options)) {
      assert.equal(event?.type, 'ADDED');
      break;
    }
    await eventually(() => assert.equal(server.watches(), 0));
  });
});

test('many watches and writes at a time never wait for one another, and connections are used again', async (t) => {
  const world = await startWorld(t);
  const { server, api } = world;
  const watches = Array.from({ length: 8 }, () => follow(world, t));
  await eventually(() => assert.equal(server.watches(), 8));
  for (const name of ['a', 'b', 'c', 'd']) server.next('PATCH', `/${name}/`, { kind: 'silent' });
  for (const name of ['a', 'b', 'c', 'd'])
    void api.patchStatus(resources.ingresses, { namespace: 'shop', name }, {}, unaborted()).catch(() => {});
  await eventually(() => assert.equal(server.requests.length, 12));
  for (let count = 0; count < 10; count += 1)
    assert.equal(await api.get(resources.services, cart, unaborted()), undefined);
  const ports = server.requests.slice(12).map(({ port }) => port);
  // A connection is free again only a moment after its answer.
  assert.ok(new Set(ports).size <= 3, String(ports));
  for (const { abort } of watches) abort();
  for (const { over } of watches) assert.equal(await over, undefined);
});
