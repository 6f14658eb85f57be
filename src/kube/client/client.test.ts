// The five calls of KubeApi against a server that answers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawObject } from '../../store/events.ts';
import { ApiError, type ListPage, PageTooLarge } from '../api.ts';
import { resources } from '../resources.ts';
import { startWorld, unaborted } from '../testing/fake-api-server-client.ts';

const signal = unaborted();
const named = (name: string, namespace = 'shop'): RawObject => ({ metadata: { namespace, name } });
const cart = { namespace: 'shop', name: 'cart' };
const names = (page: ListPage) => page.items.map(({ metadata }) => (metadata as RawObject).name);

describe('list', () => {
  test('pages follow their continue token; items have apiVersion and kind', async (t) => {
    const { server, api } = await startWorld(t);
    for (const name of ['a', 'b', 'c']) server.put(resources.ingresses, named(name));
    const first = await api.list(resources.ingresses, { limit: 2, signal });
    assert.deepEqual(names(first), ['a', 'b']);
    assert.deepEqual(
      first.items.map(({ apiVersion, kind }) => [apiVersion, kind]),
      [
        ['networking.k8s.io/v1', 'Ingress'],
        ['networking.k8s.io/v1', 'Ingress'],
      ],
    );
    const rest = await api.list(resources.ingresses, {
      limit: 2,
      continueToken: first.continueToken,
      signal,
    });
    assert.deepEqual([names(rest), rest.continueToken], [['c'], undefined]);
    assert.equal(rest.resourceVersion, first.resourceVersion);
  });

  test('asks for no resourceVersion, for what is selected, and of one namespace', async (t) => {
    const { server, api } = await startWorld(t);
    server.put(resources.secrets, named('mine'));
    server.put(resources.secrets, named('theirs', 'other'));
    const selectors = { fieldSelector: 'type=kubernetes.io/tls', labelSelector: 'app=envoy,tier=edge' };
    const page = await api.list(resources.secrets, { limit: 500, namespace: 'shop', ...selectors, signal });
    assert.deepEqual(names(page), ['mine']);
    const [request] = server.requests;
    assert.equal(request?.path, '/api/v1/namespaces/shop/secrets');
    assert.deepEqual(Object.fromEntries(request?.query ?? []), { limit: '500', ...selectors });
    assert.equal(request?.headers.accept, 'application/json');
    assert.equal(request?.headers['user-agent'], 'contour');
  });

  test('an empty list may be null', async (t) => {
    const { server, api } = await startWorld(t);
    const body = { metadata: { resourceVersion: '5', continue: '' }, items: null };
    server.next('GET', '/services', { kind: 'answer', status: 200, body });
    assert.deepEqual(await api.list(resources.services, { limit: 1, signal }), {
      ...{ items: [], resourceVersion: '5' },
      continueToken: undefined,
    });
  });

  for (const [name, body] of [
    ['HTML', '<html>sorry</html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', []],
    ['no items', { metadata: { resourceVersion: '1' } }],
    ['no version', { metadata: {}, items: [] }],
    ['no metadata', { items: [] }],
    ['items that are no objects', { metadata: { resourceVersion: '1' }, items: [null] }],
  ] as const) {
    test(`a body that is no list (${name}) is an error of code 0`, async (t) => {
      const { server, api } = await startWorld(t);
      server.next('GET', '/services', { kind: 'answer', status: 200, body });
      await assert.rejects(api.list(resources.services, { limit: 1, signal }), {
        ...{ name: 'ApiError', code: 0 },
        message: 'GET /api/v1/services: the answer is not a list',
      });
    });
  }

  test('a page over 16 MB is an error of its own', async (t) => {
    const { server, api } = await startWorld(t);
    const huge = { kind: 'stream', chunks: Array(3).fill(Buffer.alloc(8 << 20, 0x20)), end: 'open' } as const;
    server.next('GET', '/secrets', huge);
    await assert.rejects(api.list(resources.secrets, { limit: 500, signal }), (error) => {
      assert.ok(error instanceof PageTooLarge);
      assert.deepEqual(
        [error.code, error.message],
        [0, 'GET /api/v1/secrets: the answer is over 16777216 bytes long'],
      );
      return true;
    });
    assert.equal(server.requests.length, 1);
  });

  test('an expired continue token, and a kind that is not there', async (t) => {
    const { server, api } = await startWorld(t);
    for (const name of ['a', 'b']) server.put(resources.ingresses, named(name));
    const { continueToken } = await api.list(resources.ingresses, { limit: 1, signal });
    server.compact();
    const next = api.list(resources.ingresses, { limit: 1, continueToken, signal });
    await assert.rejects(next, { code: 410, reason: 'Expired' });
    server.next('GET', '/ingressroutes', { kind: 'answer', status: 404, body: '404 page not found\n' });
    await assert.rejects(api.list(resources.ingressRoutes, { limit: 1, signal }), {
      ...{ name: 'ApiError', code: 404, reason: '' },
      message: 'GET /apis/contour.heptio.com/v1beta1/ingressroutes: 404 Not Found',
    });
  });
});

describe('get', () => {
  test('one object, or undefined', async (t) => {
    const { server, api } = await startWorld(t);
    server.put(resources.secrets, { ...named('cart'), type: 'Opaque' });
    const found = await api.get(resources.secrets, cart, signal);
    assert.equal(found?.type, 'Opaque');
    assert.equal(await api.get(resources.secrets, { ...cart, name: 'gone' }, signal), undefined);
    assert.equal(server.requests[0]?.path, '/api/v1/namespaces/shop/secrets/cart');
  });

  test('names that no object can have never reach the server', async (t) => {
    const { server, api } = await startWorld(t);
    const impossible = [
      '',
      '.',
      '..',
      '../../kube-system/secrets/x',
      'a/b',
      'a%2fb',
      'a\nb',
      '\ud800',
      'x'.repeat(254),
    ];
    for (const name of impossible)
      assert.equal(await api.get(resources.secrets, { ...cart, name }, signal), undefined, name);
    assert.equal(await api.get(resources.secrets, { namespace: '..', name: 'x' }, signal), undefined);
    assert.deepEqual(server.requests, []);
    await assert.rejects(api.patchStatus(resources.ingresses, { ...cart, name: '..' }, {}, signal), {
      code: 404,
    });
  });

  test('other characters are encoded', async (t) => {
    const { server, api } = await startWorld(t);
    assert.equal(await api.get(resources.secrets, { ...cart, name: 'a?b=c#d é' }, signal), undefined);
    assert.equal(server.requests[0]?.path, '/api/v1/namespaces/shop/secrets/a%3Fb%3Dc%23d%20%C3%A9');
  });
});

describe('writes', () => {
  test('patchStatus merges into the status and answers the object', async (t) => {
    const { server, api } = await startWorld(t);
    server.put(resources.ingressRoutes, {
      ...named('cart'),
      status: { currentStatus: 'invalid', description: 'x' },
    });
    const status = { currentStatus: 'valid', description: null };
    const answer = await api.patchStatus(resources.ingressRoutes, cart, { status }, signal);
    assert.deepEqual(answer.status, { currentStatus: 'valid' });
    const [request] = server.requests;
    assert.equal(request?.path, '/apis/contour.heptio.com/v1beta1/namespaces/shop/ingressroutes/cart/status');
    assert.equal(request?.headers['content-type'], 'application/merge-patch+json');
    assert.equal(request?.body, JSON.stringify({ status }));
    assert.equal(request?.query.size, 0);
  });

  test('patchStatus says in whose name', async (t) => {
    const { server, api } = await startWorld(t, { fieldManager: 'contour.heptio.com/a b' });
    server.put(resources.ingresses, named('cart'));
    await api.patchStatus(resources.ingresses, cart, { status: {} }, signal);
    assert.equal(server.requests[0]?.query.get('fieldManager'), 'contour.heptio.com/a b');
  });

  test('patchStatus of what changed meanwhile, or is gone', async (t) => {
    const { server, api } = await startWorld(t);
    server.put(resources.ingressRoutes, named('cart'));
    const stale = { metadata: { resourceVersion: '1' }, status: {} };
    await assert.rejects(api.patchStatus(resources.ingressRoutes, cart, stale, signal), {
      ...{ code: 409, reason: 'Conflict' },
      message: /^PATCH \/apis\/.*\/cart\/status: 409 Conflict: /,
    });
    server.remove(resources.ingressRoutes, cart);
    await assert.rejects(api.patchStatus(resources.ingressRoutes, cart, {}, signal), {
      code: 404,
      reason: 'NotFound',
    });
  });

  test('create posts into the namespace of the object', async (t) => {
    const { server, api } = await startWorld(t);
    const made = await api.create(resources.events, { ...named('cart.1'), reason: 'Invalid' }, signal);
    assert.equal((made.metadata as RawObject).name, 'cart.1');
    const [request] = server.requests;
    assert.deepEqual(
      [request?.method, request?.path],
      ['POST', '/apis/events.k8s.io/v1/namespaces/shop/events'],
    );
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(request?.body ?? ''), {
      ...{ apiVersion: 'events.k8s.io/v1', kind: 'Event' },
      ...{ ...named('cart.1'), reason: 'Invalid' },
    });
  });

  test('a success that is no object is an error', async (t) => {
    const { server, api } = await startWorld(t);
    server.next('PATCH', '/cart', { kind: 'answer', status: 200, body: '[]' });
    await assert.rejects(api.patchStatus(resources.ingressRoutes, cart, {}, signal), ApiError);
  });
});

test('a server behind a path keeps the path', async (t) => {
  const { server, api } = await startWorld(t, { path: '/k8s/clusters/c-1/' });
  await assert.rejects(
    api.list(resources.services, { limit: 1, signal }),
    /^ApiError: GET \/api\/v1\/services: 404/,
  );
  assert.equal(server.requests[0]?.path, '/k8s/clusters/c-1/api/v1/services');
});
