// Websockets: through where a route allows them, on both listeners, for as long as both sides want; nowhere else.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { echoes, read } from '../chains/kit/connection.ts';
import { secret } from '../chains/kit/objects.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { backing, closed, root, routeTo } from './kit.ts';

const host = 'websocket.test';
const websockets = { enableWebsockets: true };
const sockets: Socket[] = [];
let server: Server;
let world: InProcess;

/** Upgrades whatever asks for it, and echoes; never answers anything else. */
function startServer(): Server {
  return createServer().on('upgrade', ({ url }, socket: Socket) => {
    socket.on('error', () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nx-path: ${url}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
}

const routes = [
  routeTo('/ws', 'echo', {}, websockets),
  routeTo('/short', 'echo', {}, { ...websockets, timeoutPolicy: { request: '100ms' } }),
  routeTo('/try', 'echo', {}, { ...websockets, retryPolicy: { count: 1, perTryTimeout: '100ms' } }),
  routeTo('/moved', 'echo', {}, { ...websockets, prefixRewrite: '/' }),
  routeTo('/plain', 'echo'),
  routeTo('/ws/plain', 'echo'),
];
const permitted = routes.map((route) => ({ ...route, permitInsecure: true }));

before(async () => {
  server = startServer();
  world = await startInProcess([
    ...backing('echo', [await listen(server)]),
    secret('pair', await selfSigned(host)),
    {
      apiVersion: 'contour.heptio.com/v1beta1',
      kind: 'IngressRoute',
      metadata: { namespace: 'e2e', name: 'websocket' },
      spec: { virtualhost: { fqdn: host, tls: { secretName: 'pair' } }, routes: permitted },
    },
  ]);
});
after(async () => {
  for (const socket of sockets) socket.destroy();
  await world?.close();
  await closed(server);
});

interface Opening {
  readonly path: string;
  readonly upgrade?: string;
  readonly tls?: boolean;
}

/** The head of the answer, on a connection that stays open. */
async function open({ path, upgrade = 'websocket', tls = false }: Opening) {
  const socket = tls
    ? connectTls({ port: world.https, servername: host, rejectUnauthorized: false })
    : connect(world.port, '127.0.0.1');
  sockets.push(socket.on('error', () => {}));
  await once(socket, tls ? 'secureConnect' : 'connect');
  const headers = `Host: ${host}\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\nSec-WebSocket-Version: 13`;
  socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`);
  return { socket, head: await read(socket) };
}

for (const tls of [false, true])
  test(`what is written comes back ${tls ? 'over TLS' : 'in clear'}`, async () => {
    const { socket, head } = await open({ path: '/ws', tls });
    assert.match(head, /^HTTP\/1\.1 101 /);
    for (let turn = 0; turn < 3; turn++) assert.equal(await echoes(socket), true);
  });

for (const [path, arrives] of [
  ['/ws/room?id=1', '/ws/room?id=1'],
  ['/moved/room?id=1', '/room?id=1'],
] as const)
  test(`${path} arrives as ${arrives}`, async () => {
    const [, ...headers] = (await open({ path })).head.split('\r\n');
    assert.ok(headers.includes(`x-path: ${arrives}`), headers.join());
  });

const refused: readonly Opening[] = [
  { path: '/plain' },
  { path: '/ws/plain' },
  { path: '/ws', upgrade: 'spdy/3.1' },
];
for (const opening of refused)
  test(`${opening.path} with ${opening.upgrade ?? 'websocket'} is refused`, async () => {
    assert.match((await open(opening)).head, /^HTTP\/1\.1 403 /);
  });

test('the time limits of requests are none of connections: not of the whole, and not of a try', async () => {
  const held = await Promise.all(['/short', '/try'].map((path) => open({ path })));
  for (let turn = 0; turn < 3; turn++) {
    // A request without an answer ends by the limit that began after those of the connections.
    assert.equal((await ask({ port: world.port, host, path: '/short' })).status, 504);
    assert.equal((await ask({ port: world.port, host, path: '/try' })).status, 504);
  }
  for (const { socket } of held) assert.equal(await echoes(socket), true);
});

test('a connection outlives changes of its route', async () => {
  const { socket } = await open({ path: '/ws' });
  const elsewhere = [routeTo('/ws', 'gone', {}, websockets)];
  world.apply(root('websocket', host, elsewhere));
  await eventually(async () =>
    assert.equal((await ask({ port: world.port, host, path: '/ws' })).status, 503),
  );
  assert.equal(await echoes(socket), true);
});
