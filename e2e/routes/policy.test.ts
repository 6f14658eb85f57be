// What a route asks for on the way of its requests: time limits, further tries, another prefix, websockets.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { echoOf } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { documents } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { backing, closed, root, routeTo, type Scripted, scripted } from './kit.ts';

const host = 'policy.test';
const rewrites: readonly (readonly [match: string, to: string, path: string, seen: string])[] = [
  ['/blog', '/', '/blog', '/'],
  ['/blog', '/', '/blog/', '/'],
  ['/blog', '/', '/blog/x', '/x'],
  ['/blog', '/', '/blog/x/?q=/blog', '/x/?q=/blog'],
  ['/blog', '/', '/blog?q', '/?q'],
  ['/plain', '/v1', '/plain', '/v1'],
  ['/plain', '/v1', '/plain/x', '/v1/x'],
  ['/joined', '/v1/', '/joined/x', '/v1/x'],
  ['/joined', '/v1/', '/joined', '/v1/'],
  ['/slash/', '/v1', '/slash/x', '/v1/x'],
  ['/slash/', '/v1', '/slash/', '/v1/'],
  ['/deep/er', '/', '/deep/er/x', '/x'],
];
const statuses = (index: number, path: string) => (path.startsWith('/slow') && index >= 0 ? undefined : 503);

let world: World;
let broken: Scripted;
let echo: ReturnType<typeof createServer>;

before(async () => {
  broken = await scripted(statuses);
  echo = createServer((incoming, response) => response.end(`plain ${incoming.url}`));
  echo.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  const echoPort = await listen(echo);
  const matches = new Map(rewrites.map(([match, to]) => [match, to]));
  const routes = [
    ...[...matches].map(([match, prefixRewrite]) => routeTo(match, 'one', {}, { prefixRewrite })),
    routeTo('/timeout', 'broken', {}, { timeoutPolicy: { request: '200ms' }, prefixRewrite: '/slow' }),
    routeTo('/retry', 'broken', {}, { retryPolicy: { count: 3 } }),
    routeTo('/once', 'broken', {}, { retryPolicy: {} }),
    routeTo('/never', 'broken'),
    routeTo(
      '/try',
      'broken',
      {},
      { retryPolicy: { count: 2, perTryTimeout: '100ms' }, prefixRewrite: '/slow-try' },
    ),
    routeTo('/ws', 'echo', {}, { enableWebsockets: true }),
    routeTo('/no-ws', 'echo'),
  ];
  world = await startWorld({
    files: {
      'policy.yaml': documents(
        ...backing('broken', [broken.port]),
        ...backing('echo', [echoPort]),
        root('policy', host, routes),
      ),
    },
  });
});
after(async () => {
  await world?.close();
  await broken?.close();
  await closed(echo);
});

describe('prefixRewrite', () => {
  for (const [match, to, path, seen] of rewrites)
    test(`${match} to ${to}: ${path} arrives as ${seen}`, async () => {
      assert.equal(echoOf(await world.ask({ host, path })).path, seen);
    });
});

const triesFor = async (path: string) => {
  const before = broken.paths.length;
  const { status } = await world.ask({ host, path });
  return { status, tries: broken.paths.length - before };
};

test('a request that takes too long gets 504', async () => {
  assert.deepEqual(await triesFor('/timeout'), { status: 504, tries: 1 });
});

test('a 5xx answer is tried again as often as the policy says', async () => {
  assert.deepEqual(await triesFor('/retry'), { status: 503, tries: 4 });
  assert.deepEqual(await triesFor('/once'), { status: 503, tries: 2 });
  assert.deepEqual(await triesFor('/never'), { status: 503, tries: 1 });
});

test('each try has its own time', async () => {
  assert.deepEqual(await triesFor('/try'), { status: 504, tries: 3 });
});

test('websockets where they are enabled, and nowhere else', async () => {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  const ask = (path: string) =>
    new Promise<string>((resolve, reject) => {
      const handshake = request({
        host: '127.0.0.1',
        port: world.ports.http,
        path,
        headers: { ...headers, Host: host },
      });
      handshake.on('upgrade', (_, socket) => {
        socket.once('data', (data: Buffer) => {
          socket.destroy();
          resolve(data.toString());
        });
        socket.write('hello');
      });
      handshake.on('response', (response) => {
        response.resume();
        resolve(String(response.statusCode));
      });
      handshake.on('error', reject).end();
    });
  assert.equal(await ask('/ws'), 'hello');
  assert.equal(await ask('/no-ws'), '403');
});
