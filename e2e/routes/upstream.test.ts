// How Envoy talks to Services: shares, endpoints of one Service, health, limits, protocols, certificates.
import assert from 'node:assert/strict';
import { createServer as createHttp2, createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { echoOf } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { documents, type Manifest } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { backing, opaque, root, routeTo } from './kit.ts';

const host = 'upstream.test';
const backends: Backend[] = [];
const servers: Server[] = [];
let world: World;

/** So many backends of their own, as the endpoints of one Service. */
async function several(name: string, count: number): Promise<readonly Backend[]> {
  const started = await Promise.all(
    Array.from({ length: count }, (_, index) => startBackend(`${name}-${index}`)),
  );
  backends.push(...started);
  return started;
}
const portsOf = (started: readonly Backend[]) => started.map(({ port }) => port);

/** An HTTP server on a free port that tells the protocol that it was spoken to. */
async function speaking(server: Server): Promise<number> {
  servers.push(server);
  server.on('request', (incoming: { httpVersion: string }, response: { end(text: string): void }) =>
    response.end(`HTTP/${incoming.httpVersion}`),
  );
  return listen(server);
}

const healthCheck = {
  ...{ path: '/health', intervalSeconds: 1, timeoutSeconds: 1 },
  ...{ unhealthyThresholdCount: 1, healthyThresholdCount: 1 },
};
let sick: readonly Backend[];
let slow: readonly Backend[];

async function secured(): Promise<readonly Manifest[]> {
  const pair = await selfSigned('web.e2e', { names: ['web.e2e'] });
  const other = await selfSigned('other');
  const { certificate: cert, key } = pair;
  const tls = await speaking(createHttps({ cert, key }));
  const h2 = await speaking(createSecureServer({ cert, key }));
  const h2c = await speaking(createHttp2());
  return [
    ...backing('tls', [tls], { 'upstream-protocol.tls': '80' }),
    ...backing('h2', [h2], { 'upstream-protocol.h2': '80' }),
    ...backing('h2c', [h2c], { 'upstream-protocol.h2c': '80' }),
    opaque('ca', { 'ca.crt': cert }),
    opaque('other-ca', { 'ca.crt': other.certificate }),
  ];
}

before(async () => {
  const sticky = await several('sticky', 3);
  const random = await several('random', 2);
  const least = await several('least', 2);
  sick = await several('sick', 2);
  slow = await several('slow', 1);
  slow[0]?.behave({ delayMs: 300 });
  const validated = (name: string, caSecret: string, subjectName: string) =>
    routeTo(`/${name}-${caSecret}-${subjectName}`, name, { validation: { caSecret, subjectName } });
  const routes = [
    {
      match: '/shares',
      services: [
        { name: 'one', port: 80, weight: 60 },
        { name: 'two', port: 80, weight: 30 },
        { name: 'nobody', port: 80, weight: 10 },
      ],
    },
    routeTo('/sticky', 'sticky', { strategy: 'Cookie' }),
    routeTo('/turns', 'random'),
    routeTo('/random', 'random', { strategy: 'Random' }),
    routeTo('/least', 'least', { strategy: 'WeightedLeastRequest' }),
    routeTo('/sick', 'sick', { healthCheck }),
    routeTo('/slow', 'slow'),
    ...['tls', 'h2', 'h2c'].map((name) => routeTo(`/${name}`, name)),
    ...['tls', 'h2'].flatMap((name) => [
      validated(name, 'ca', 'web.e2e'),
      validated(name, 'ca', 'else.e2e'),
      validated(name, 'other-ca', 'web.e2e'),
      validated(name, 'none', 'web.e2e'),
    ]),
  ];
  world = await startWorld({
    files: {
      'upstream.yaml': documents(
        ...backing('sticky', portsOf(sticky)),
        ...backing('random', portsOf(random)),
        ...backing('least', portsOf(least)),
        ...backing('sick', portsOf(sick)),
        ...backing('slow', portsOf(slow), { 'max-requests': '1', 'max-pending-requests': '1' }),
        ...(await secured()),
        root('upstream', host, routes),
      ),
    },
  });
});
after(async () => {
  await world?.close();
  await Promise.all(backends.map((backend) => backend.close()));
  for (const server of servers) server.close();
});

const backendOf = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await world.ask({ host, path, headers });
  return answer.status === 200 ? echoOf(answer).backend : String(answer.status);
};

async function tally(path: string, requests: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const worker = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const backend = await backendOf(path);
      counts.set(backend, (counts.get(backend) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 10 }, () => worker(requests / 10)));
  return counts;
}

test('shares by weight, that of a missing Service too: chi-square over 2,000 requests', async () => {
  const counts = await tally('/shares', 2_000);
  const expected = new Map([
    ['one', 1_200],
    ['two', 600],
    ['503', 200],
  ]);
  assert.deepEqual(new Set(counts.keys()), new Set(expected.keys()));
  const deviation = [...expected].map(([name, share]) => ((counts.get(name) ?? 0) - share) ** 2 / share);
  // Two degrees of freedom: above 27.6 with a probability of one in a million.
  assert.ok(deviation.reduce((sum, one) => sum + one, 0) < 27.6, JSON.stringify([...counts]));
});

/** Who answers requests that follow each other. */
async function sequence(path: string, requests: number): Promise<readonly string[]> {
  const answers: string[] = [];
  while (answers.length < requests) answers.push(await backendOf(path));
  return answers;
}

const alternates = (answers: readonly string[]) =>
  answers.every((answer, index) => index === 0 || answer !== answers[index - 1]);

test('strategies: endpoints in turn by default, by chance or by load where a route says so', async () => {
  assert.equal(alternates(await sequence('/turns', 30)), true);
  // By chance these would alternate once in 2^29 runs.
  assert.equal(alternates(await sequence('/random', 30)), false);
  assert.equal(alternates(await sequence('/least', 30)), false);
  assert.equal((await tally('/random', 60)).size, 2);
  assert.equal((await tally('/least', 60)).size, 2);
});

test('a client with the cookie stays at one endpoint', async () => {
  const first = await world.ask({ host, path: '/sticky' });
  const [cookie = '', ...attributes] = String(first.headers['set-cookie']).split('; ');
  assert.match(cookie, /^X-Contour-Session-Affinity=/);
  assert.deepEqual(attributes, ['Path=/', 'HttpOnly'], 'until the browser ends');
  const { backend } = echoOf(first);
  for (let index = 0; index < 30; index++)
    assert.equal(await backendOf('/sticky', { Cookie: cookie }), backend);
  assert.equal((await tally('/sticky', 90)).size, 3);
});

test('an endpoint that fails its health check leaves, and comes back', async () => {
  const both = async () => assert.equal((await tally('/sick', 20)).size, 2);
  await eventually(both);
  sick[0]?.behave({ status: 500 });
  await eventually(async () => assert.deepEqual([...(await tally('/sick', 20)).keys()], ['sick-1']));
  sick[0]?.behave({});
  await eventually(both);
});

test('requests above the limit of a Service get 503 at once', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const { status, headers } = await world.ask({ host, path: '/slow' });
      return status === 503 && headers['x-envoy-overloaded'] === 'true' ? 'overflow' : String(status);
    }),
  );
  assert.ok(statuses.includes('200') && statuses.includes('overflow'), statuses.join());
});

describe('protocols', () => {
  const answers: readonly (readonly [path: string, expected: string])[] = [
    ['/tls', 'HTTP/1.1'],
    ['/h2', 'HTTP/2.0'],
    ['/h2c', 'HTTP/2.0'],
    ['/tls-ca-web.e2e', 'HTTP/1.1'],
    ['/h2-ca-web.e2e', 'HTTP/2.0'],
    ['/tls-ca-else.e2e', '503'],
    ['/tls-other-ca-web.e2e', '503'],
    ['/tls-none-web.e2e', '503'],
    ['/h2-ca-else.e2e', '503'],
    ['/h2-other-ca-web.e2e', '503'],
    ['/h2-none-web.e2e', '503'],
  ];
  for (const [path, expected] of answers)
    test(`${path}: ${expected}`, async () => {
      const { status, body } = await world.ask({ host, path });
      assert.equal(status === 200 ? body.toString() : String(status), expected);
      // Nothing is asked where there is no authority to trust.
      if (expected === '503' && !path.includes('-none-'))
        assert.match(body.toString(), /remote connection failure/);
    });
});

test('rotated authorities are used without a restart', async () => {
  const pair = await selfSigned('rotated', { names: ['web.e2e'] });
  const server = createHttps({ cert: pair.certificate, key: pair.key });
  const port = await speaking(server);
  const path = '/rotated';
  const objects = (ca: string) =>
    documents(
      ...backing('rotated', [port], { 'upstream-protocol.tls': '80' }),
      opaque('rotated-ca', { 'ca.crt': ca }),
      root('rotated', 'rotated.test', [
        routeTo(path, 'rotated', { validation: { caSecret: 'rotated-ca', subjectName: 'web.e2e' } }),
      ]),
    );
  const statusOf = async () => (await world.ask({ host: 'rotated.test', path })).status;
  const wrong = (await selfSigned('wrong')).certificate;
  for (const [ca, status] of [
    [wrong, 503],
    [pair.certificate, 200],
    [wrong, 503],
  ] as const) {
    await world.write('rotated.yaml', objects(ca));
    await eventually(async () => assert.equal(await statusOf(), status));
  }
});
