import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { ask } from '../testing/http-client.ts';
import { createHttpServer, type HttpPage, plainAnswer } from './http-server.ts';

const server = createHttpServer({
  name: 'test server',
  listen: { address: '127.0.0.1', port: 0, flag: '--http-port' },
  pages: new Map<string, HttpPage>([
    ['/now', () => plainAnswer(200, 'now')],
    ['/later', () => Promise.resolve(plainAnswer(503, 'later'))],
    ['/throws', () => assert.fail('broken')],
    ['/rejects', () => Promise.reject(new Error('broken'))],
  ]),
  guard: ({ headers }) => (headers.host === 'foreign' ? plainAnswer(403, 'go away') : undefined),
  connections: 2,
});
const lifetime = new AbortController();
let running: Promise<void> | undefined;
let port = 0;
before(async () => {
  running = server.run(lifetime.signal);
  port = await server.listening;
});
after(async () => {
  lifetime.abort();
  await running;
});

const answers = [
  { path: '/now', status: 200, body: 'now\n' },
  { path: '/now?query', status: 200, body: 'now\n' },
  { path: '/later', status: 503, body: 'later\n' },
  { path: '/throws', status: 500, body: 'this page cannot be made: broken\n' },
  { path: '/rejects', status: 500, body: 'this page cannot be made: broken\n' },
  { path: '/now/', status: 404, body: 'there is no such page; these are: /now /later /throws /rejects\n' },
  { path: '/', status: 404, body: 'there is no such page; these are: /now /later /throws /rejects\n' },
  { path: '/now', method: 'POST', status: 405, body: 'only GET and HEAD\n' },
  { path: '/now', method: 'HEAD', status: 200, body: '' },
  { path: '/nothing', method: 'POST', host: 'foreign', status: 403, body: 'go away\n' },
];
for (const { path, method = 'GET', host = 'any', status, body } of answers) {
  test(`${method} ${path} for ${host} is ${status}`, async () => {
    const answer = await ask({ port, path, method, host });
    assert.deepEqual([answer.status, answer.body.toString()], [status, body]);
    assert.equal(answer.headers.allow, status === 405 ? 'GET, HEAD' : undefined);
  });
}

test('one connection too many takes the place of the oldest', async () => {
  const idle = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  const [oldest, newer] = idle;
  assert.ok(oldest && newer);
  const closed = once(oldest, 'close');
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  const answer = await ask({ port, path: '/now', host: 'any' });
  assert.equal(answer.status, 200);
  await closed;
  assert.equal(newer.destroyed, false);
  newer.destroy();
});

test('the end waits for no page and no client', async () => {
  const asked = Promise.withResolvers<void>();
  const own = createHttpServer({
    name: 'ends',
    listen: { address: '127.0.0.1', port: 0, flag: '--http-port' },
    pages: new Map<string, HttpPage>([
      [
        '/never',
        () => {
          asked.resolve();
          return new Promise(() => {});
        },
      ],
    ]),
  });
  const end = new AbortController();
  const ended = own.run(end.signal);
  const cut = assert.rejects(ask({ port: await own.listening, path: '/never', host: 'any' }));
  await asked.promise;
  end.abort();
  await ended;
  await cut;
});
