// The proxy does to requests what the fault tests say that it does; otherwise they would prove nothing.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, get, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { selfSigned } from '../../../src/testing/certificates.ts';
import { eventually } from '../../../src/testing/deadline.ts';
import { listen } from '../../../src/testing/ports.ts';
import { type ApiProxy, startApiProxy } from './proxy.ts';
import { apiRequest } from './proxy-faults.ts';
import { upstreamOf } from './proxy-kubeconfig.ts';

const services = '/api/v1/services';
const watching = `${services}?watch=true`;
let directory: string;
let proxy: ApiProxy;
let url: string;
let ca: string | undefined;
/** Of the server: watches that are open, by path. */
const watches = new Map<string, ServerResponse>();

let upstream: Server;
const server = (certificate: string, key: string) =>
  createServer({ cert: certificate, key }, (request, response) => {
    if (request.url?.includes('watch=')) {
      watches.set(request.url, response);
      response.flushHeaders();
      return;
    }
    response.end(`${request.method} ${request.url} ${request.headers.authorization}`);
  });

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'api-proxy-'));
  const { certificate, key } = await selfSigned('localhost');
  upstream = server(certificate, key);
  const cluster = {
    server: `https://localhost:${await listen(upstream)}`,
    'certificate-authority-data': Buffer.from(certificate).toString('base64'),
  };
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, stringify({ clusters: [{ name: 'test', cluster }], users: ['kept'] }));
  const through = join(directory, 'through');
  proxy = await startApiProxy({ kubeconfig, through });
  const config = await readFile(through, 'utf8');
  assert.match(config, /kept/);
  ({ url, ca } = await upstreamOf(config));
});
after(async () => {
  await proxy.close();
  upstream.close();
  upstream.closeAllConnections();
  await rm(directory, { recursive: true });
});

function open(path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url + path, { ca, agent: false, headers: { authorization: 'Bearer t' } }, resolve).on(
      'error',
      reject,
    );
  });
}

const read = async (path: string): Promise<string> => text(await open(path));

/** Opens a watch; `received` ends with END or BROKEN when the watch does. */
async function watch(path = watching) {
  watches.delete(path);
  const answer = await open(path);
  let received = '';
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  answer.on('end', () => {
    received += 'END';
  });
  answer.on('error', () => {
    received += 'BROKEN';
  });
  const upstream = watches.get(path);
  assert.ok(upstream);
  return {
    send: (line: string) => upstream.write(line),
    close: () => answer.destroy(),
    received: (expected: string) => eventually(() => assert.equal(received, expected)),
  };
}

describe('requests', () => {
  test('reach the server as they are, with their credentials', async () => {
    assert.equal(await read(`${services}?limit=7`), `GET ${services}?limit=7 Bearer t`);
  });

  test('are counted by verb and kind', async () => {
    proxy.takeCounts();
    await read(services);
    await read(services);
    await read('/apis/contour.heptio.com/v1beta1');
    assert.deepEqual(
      [...proxy.takeCounts()],
      [
        ['list services', 2],
        ['list ', 1],
      ],
    );
    assert.equal(proxy.takeCounts().size, 0);
  });

  const paths: [method: string, path: string, expected: string][] = [
    ['GET', '/api/v1/secrets?limit=500', 'list secrets '],
    ['GET', '/api/v1/namespaces/a/secrets?fieldSelector=metadata.name%3Dx&watch=1', 'watch secrets '],
    ['GET', '/api/v1/namespaces/a/secrets/x', 'get secrets '],
    ['GET', '/api/v1/namespaces', 'list namespaces '],
    ['GET', '/api/v1/namespaces/a', 'get namespaces '],
    ['GET', '/apis/networking.k8s.io/v1/ingressclasses/x', 'get ingressclasses '],
    [
      'PATCH',
      '/apis/contour.heptio.com/v1beta1/namespaces/a/ingressroutes/x/status',
      'patch ingressroutes status',
    ],
    ['POST', '/apis/events.k8s.io/v1/namespaces/a/events', 'create events '],
  ];
  for (const [method, path, expected] of paths)
    test(`${method} ${path} is ${expected}`, () => {
      const { verb, plural, subresource } = apiRequest(method, path);
      assert.equal(`${verb} ${plural} ${subresource}`, expected);
    });
});

describe('faults of single requests', () => {
  test('an answer of the proxy instead of the server, so many times', async () => {
    const fault = { kind: 'answer', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 } as const;
    const injected = proxy.inject({ on: { verb: 'list', plural: 'services' }, fault, times: 1 });
    assert.match(await read('/api/v1/secrets'), /^GET/);
    const refused = await open(services);
    assert.equal(refused.statusCode, 429);
    assert.equal(refused.headers['retry-after'], '1');
    assert.equal(JSON.parse(await text(refused)).reason, 'TooManyRequests');
    assert.match(await read(services), /^GET/);
    assert.equal(injected.hits(), 1);
    injected.end();
  });

  test('small pages, of which only the second is refused', async () => {
    const page = proxy.inject({ on: {}, fault: { kind: 'page', limit: 2 } });
    const fault = { kind: 'answer', status: 410, reason: 'Expired' } as const;
    const expired = proxy.inject({ on: { continued: true }, fault });
    assert.match(await read(`${services}?limit=500`), /limit=2 /);
    assert.match(await read(`${services}?limit=500&continue=x`), /Expired/);
    expired.end();
    page.end();
    assert.match(await read(`${services}?limit=500&continue=x`), /limit=500&continue=x /);
  });

  test('no connection at all', async () => {
    await proxy.refuse();
    await assert.rejects(read(services), { code: 'ECONNREFUSED' });
    await proxy.accept();
    assert.match(await read(services), /^GET/);
  });
});

describe('faults of watches that are open', () => {
  test('none: lines stream', async () => {
    const { send, received, close } = await watch();
    send('one\n');
    await received('one\n');
    send('tw');
    send('o\nthr');
    await received('one\ntwo\n');
    close();
  });

  test('cut, one kind or all', async () => {
    const one = await watch();
    const other = await watch('/api/v1/secrets?watch=true');
    assert.equal(proxy.cut('services'), 1);
    await one.received('BROKEN');
    assert.equal(proxy.cut(), 1);
    await other.received('BROKEN');
  });

  test('held back and let go', async () => {
    const { send, received, close } = await watch();
    const other = await watch('/api/v1/secrets?watch=true');
    const hold = proxy.inject({ on: { plural: 'services' }, fault: { kind: 'hold' } });
    send('one\ntwo\n');
    other.send('one\n');
    await other.received('one\n');
    await eventually(() => assert.equal(hold.hits(), 1));
    await received('');
    hold.end();
    await received('one\ntwo\n');
    close();
    other.close();
  });

  const halves = { end: 'firsEND', cut: 'firsBROKEN', 'go on': 'firs\nsecond\n' } as const;
  for (const next of ['end', 'cut', 'go on'] as const)
    test(`half a line, then ${next}`, async () => {
      const { send, received, close } = await watch();
      const injected = proxy.inject({ on: { verb: 'watch' }, fault: { kind: 'half-line', next }, times: 1 });
      send('first!!\nsecond\n');
      await received(halves[next]);
      injected.end();
      close();
    });

  test('an ERROR event in place of an event', async () => {
    const { send, received } = await watch();
    const fault = { kind: 'error-event', code: 410, reason: 'Expired' } as const;
    const injected = proxy.inject({ on: { verb: 'watch' }, fault, times: 1 });
    send('lost\n');
    const object = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };
    const message = 'Expired, by a fault of the test';
    const event = { type: 'ERROR', object: { ...object, message, reason: 'Expired', code: 410 } };
    await received(`${JSON.stringify(event)}\nEND`);
    injected.end();
  });
});
