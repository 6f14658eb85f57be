// Headers that mean something to Envoy: what a client makes of them, and what a backend sees.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { askHttp2, echoOf } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { documents, root, service } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { closed, type Scripted, scripted } from '../routes/kit.ts';
import { echoIn, exchange, get } from './raw.ts';

let world: World;
let failing: Scripted;
const proud = createServer((_, response) => {
  response.writeHead(200, { server: 'proud/1.0', 'x-envoy-upstream-service-time': 'forged' }).end();
});
before(async () => {
  failing = await scripted(() => 503);
  world = await startWorld({
    files: {
      'a.yaml': documents(
        ...[service('failing', failing.port), service('proud', await listen(proud))].flat(),
        root('a', 'a.com', { '/': 'one', '/failing': 'failing', '/proud': 'proud' }),
      ),
    },
  });
});
after(async () => {
  await world?.close();
  await failing?.close();
  await closed(proud);
});

/** All that Envoy reads or writes in requests, and the header of our own. */
const reserved: Readonly<Record<string, string>> = {
  'x-contour-vhost': 'http/other.com',
  'x-envoy-attempt-count': '7',
  'x-envoy-decorator-operation': 'forged',
  'x-envoy-downstream-service-cluster': 'forged',
  'x-envoy-downstream-service-node': 'forged',
  'x-envoy-expected-rq-timeout-ms': '7',
  'x-envoy-external-address': '9.9.9.9',
  'x-envoy-force-trace': 'true',
  'x-envoy-hedge-on-per-try-timeout': 'true',
  'x-envoy-internal': 'true',
  'x-envoy-ip-tags': 'forged',
  'x-envoy-is-timeout-retry': 'true',
  'x-envoy-max-retries': '7',
  'x-envoy-original-dst-host': '127.0.0.1:1',
  'x-envoy-original-host': 'forged',
  'x-envoy-original-method': 'forged',
  'x-envoy-original-path': '/forged',
  'x-envoy-original-url': 'forged',
  'x-envoy-peer-metadata': 'forged',
  'x-envoy-peer-metadata-id': 'forged',
  'x-envoy-retriable-header-names': 'forged',
  'x-envoy-retriable-status-codes': '200',
  'x-envoy-retry-grpc-on': 'cancelled',
  'x-envoy-retry-on': '5xx',
  'x-envoy-upstream-alt-stat-name': 'forged',
  'x-envoy-upstream-rq-per-try-timeout-ms': '7',
  'x-envoy-upstream-rq-timeout-alt-response': '204',
  'x-envoy-upstream-rq-timeout-ms': '7',
  'x-envoy-upstream-stream-duration-ms': '7',
};

const ours = (headers: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-(envoy|contour)-/.test(name)));

test('of the headers that Envoy and we reserve, a backend sees what Envoy says and nothing of a client', async () => {
  const said = { 'x-envoy-expected-rq-timeout-ms': '15000', 'x-envoy-external-address': '127.0.0.1' };
  for (const headers of [{}, reserved]) {
    const echo = echoOf(await world.ask({ host: 'a.com', path: '/x', headers }));
    assert.equal(echo.path, '/x');
    assert.deepEqual(ours(echo.headers), said);
  }
  const [answer] = await askHttp2({ port: world.ports.http }, [{ host: 'a.com', headers: reserved }]);
  assert.deepEqual(ours(JSON.parse(answer?.body ?? '').headers), said);
});

test('a client sets neither timeout nor retries', async () => {
  world.one.behave({ delayMs: 100 });
  const slow = await world.ask({ host: 'a.com', headers: { 'x-envoy-upstream-rq-timeout-ms': '1' } });
  world.one.behave({});
  assert.equal(slow.status, 200);
  const headers = { 'x-envoy-retry-on': '5xx', 'x-envoy-max-retries': '3' };
  assert.equal((await world.ask({ host: 'a.com', path: '/failing', headers })).status, 503);
  assert.deepEqual(failing.paths, ['/failing']);
});

test('a request has an id of its own, whatever the client sent', async () => {
  const mine = '11111111-1111-4111-8111-111111111111';
  const ids = new Set<unknown>();
  for (const id of [mine, mine, 'mine', '']) {
    const echo = echoOf(await world.ask({ host: 'a.com', headers: { 'x-request-id': id } }));
    assert.match(String(echo.headers['x-request-id']), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    ids.add(echo.headers['x-request-id']);
  }
  assert.equal(ids.size, 4);
  assert.ok(!ids.has(mine));
});

test('when it began is now, in seconds with three decimals, whatever the client sent', async () => {
  for (const headers of [
    [],
    ['X-Request-Start: t=1.000'],
    ['X-Request-Start: t=1.000', 'X-Request-Start: t=2'],
  ]) {
    const begun = Math.floor(Date.parse(new Date().toISOString()) / 1000);
    const echo = echoIn(await exchange({ port: world.ports.http, request: get('a.com', '/', ...headers) }));
    const [, seconds] = /^t=(\d+)\.\d{3}$/.exec(String(echo.headers['x-request-start'])) ?? [];
    assert.ok(Number(seconds) >= begun, String(echo.headers['x-request-start']));
  }
});

test('the scheme is that of the listener, and the host has no port', async () => {
  const headers = { 'x-forwarded-proto': 'https' };
  const echo = echoOf(await world.ask({ host: 'a.com:8080', headers }));
  assert.equal(echo.headers['x-forwarded-proto'], 'http');
  assert.equal(echo.host, 'a.com');
});

test('every answer is from server envoy, and the time is that which Envoy took', async () => {
  for (const path of ['/x', '/proud']) {
    const { headers } = await world.ask({ host: 'a.com', path });
    assert.equal(headers.server, 'envoy');
    assert.match(String(headers['x-envoy-upstream-service-time']), /^\d+$/);
  }
  assert.equal((await world.ask({ host: 'unknown.com' })).headers.server, 'envoy');
});

test('other headers arrive as they were sent', async () => {
  const headers = {
    'x-forwarded-host': 'other.com',
    'x-real-ip': '6.6.6.6',
    under_score: 'x',
    forwarded: 'for=6.6.6.6',
  };
  const echo = echoOf(await world.ask({ host: 'a.com', headers }));
  for (const [name, value] of Object.entries(headers)) assert.equal(echo.headers[name], value);
});
