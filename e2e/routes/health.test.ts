// Active health checks: what is asked, who leaves and comes back, and that nobody waits for the slow.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttp2, createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { Server } from 'node:net';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { outcome } from '../kit/entrance.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { backing, root, routeTo } from './kit.ts';

const host = 'health.test';
const healthCheck = {
  ...{ path: '/healthz?of=envoy', intervalSeconds: 1, timeoutSeconds: 1 },
  ...{ unhealthyThresholdCount: 1, healthyThresholdCount: 1 },
};
let backends: readonly Backend[];
let world: InProcess;
const servers: Server[] = [];

before(async () => {
  backends = await Promise.all(['a', 'b', 'c', 'd'].map((name) => startBackend(name)));
  world = await startInProcess([]);
});
after(async () => {
  await world?.close();
  await Promise.all(backends.map((backend) => backend.close()));
  for (const server of servers) server.close();
});

const portsOf = (...indexes: readonly number[]) => indexes.map((index) => backends[index]!.port);
const answered = async (path: string, by = host) => outcome(await ask({ port: world.port, host: by, path }));

/** Everything that answers; round robin reaches all endpoints within so many requests. */
async function allAnswering(path: string): Promise<readonly (string | number)[]> {
  const found = new Set<string | number>();
  for (let index = 0; index < 10; index++) found.add(await answered(path));
  return [...found].sort();
}

const serve = (name: string, ports: readonly number[]) =>
  world.apply(...backing(name, ports), root(name, host, [routeTo('/', name, { healthCheck })]));

test('a removed endpoint gets no more requests, though it goes on to answer its checks', async () => {
  serve('pair', portsOf(0, 1));
  await eventually(async () => assert.deepEqual(await allAnswering('/'), ['a', 'b']));
  // The second slice, the same object with another port.
  const [, , ...slices] = backing('pair', portsOf(0, 2));
  world.apply(...slices);
  await eventually(async () => assert.deepEqual(await allAnswering('/'), ['a', 'c']));
});

test('with all endpoints ill nobody is asked; the first that is well again serves', async () => {
  serve('pair', portsOf(0, 2));
  for (const backend of [backends[0], backends[2]]) backend?.behave({ status: 500 });
  await eventually(async () => assert.deepEqual(await allAnswering('/'), [503]));
  backends[2]?.behave({});
  await eventually(async () => assert.deepEqual(await allAnswering('/'), ['c']));
  backends[0]?.behave({});
});

test('an endpoint that was ill from the start is found well without a single request', async () => {
  backends[3]?.behave({ status: 500 });
  world.apply(
    ...backing('late', portsOf(3)),
    root('late', 'late.test', [routeTo('/', 'late', { healthCheck })]),
  );
  const healthy = async () =>
    await world.envoy.stats('^cluster\\.e2e_late_80\\.(membership_healthy|health_check\\.attempt)$');
  await eventually(async () =>
    assert.ok(((await healthy()).get('cluster.e2e_late_80.health_check.attempt') ?? 0) > 0),
  );
  assert.equal((await healthy()).get('cluster.e2e_late_80.membership_healthy'), 0);
  backends[3]?.behave({});
  await eventually(async () =>
    assert.equal((await healthy()).get('cluster.e2e_late_80.membership_healthy'), 1),
  );
  await eventually(async () => assert.equal(await answered('/', 'late.test'), 'd'));
});

interface Checked {
  readonly protocol: string;
  readonly version: string;
  readonly start: (pair: { readonly cert: string; readonly key: string }) => Server;
}
const spoken: readonly Checked[] = [
  { protocol: 'http', version: '1.1', start: () => createServer() },
  { protocol: 'tls', version: '1.1', start: (pair) => createHttps(pair) },
  { protocol: 'h2c', version: '2.0', start: () => createHttp2() },
  { protocol: 'h2', version: '2.0', start: (pair) => createSecureServer(pair) },
];
for (const { protocol, version, start } of spoken)
  test(`a Service that speaks ${protocol} is checked in ${protocol}, by the path and the host of the check`, async () => {
    const { certificate: cert, key } = await selfSigned('health.e2e');
    const server = start({ cert, key });
    servers.push(server);
    const checks = new Set<string>();
    server.on('request', ({ httpVersion, url, headers }: IncomingMessage, response: { end(): void }) => {
      if (url !== '/') checks.add(`${httpVersion} ${url} ${headers[':authority'] ?? headers.host}`);
      response.end();
    });
    const annotations = { [`upstream-protocol.${protocol}`]: '80' };
    const name = `${protocol}.health.test`;
    const check = { ...healthCheck, host: 'checker.test' };
    world.apply(
      ...backing(protocol, [await listen(server)], annotations),
      root(protocol, name, [routeTo('/', protocol, { healthCheck: check })]),
    );
    await eventually(async () => assert.equal((await ask({ port: world.port, host: name })).status, 200));
    assert.deepEqual([...checks], [`${version} /healthz?of=envoy checker.test`]);
  });

test('a Service whose check never answers holds up nobody else', async () => {
  const silent = createServer(() => {});
  servers.push(silent);
  const unhurried = { path: '/', intervalSeconds: 600, timeoutSeconds: 600 };
  world.apply(
    ...backing('silent', [await listen(silent)]),
    root('silent', 'silent.test', [routeTo('/', 'silent', { healthCheck: unhurried })]),
  );
  await eventually(async () => assert.equal((await warming()).get('cluster_manager.warming_clusters'), 1));
  world.apply(...backing('other', portsOf(1)), root('other', 'other.test', [routeTo('/', 'other')]));
  await eventually(async () => assert.equal(await answered('/', 'other.test'), 'b'));
  assert.equal((await warming()).get('cluster_manager.warming_clusters'), 1);
  await eventually(async () => assert.equal(await answered('/', 'silent.test'), 503));
});

const warming = () => world.envoy.stats('^cluster_manager\\.warming_clusters$');
