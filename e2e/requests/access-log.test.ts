// The access log of both listeners: every line of the documented form, whatever clients and tenants put into it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { ask, askHttp2 } from '../../src/testing/http-client.ts';
import { type EchoServer, greeting, startEcho } from '../chains/kit/connection.ts';
import { tcpRoot } from '../chains/kit/objects.ts';
import { documents, ingress, root, secretDocument, service } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { fieldsOf, type LogFields } from './log-line.ts';
import { exchange, get } from './raw.ts';

const forged = '[2026-01-01T00:00:00.000Z] "GET /forged HTTP/1.1" 200 - 0 0 0';
const evil = '/r(\n" 200 - forged)?';

let directory: string;
let world: World;
let tcp: EchoServer;
const logs = new Map<string, readonly LogFields[]>();

/** One request for each line, in this order. */
const sends: readonly ((port: number) => Promise<unknown>)[] = [
  (port) => exchange({ port, request: get('a.com:8080', '/x?y=1', 'User-Agent: plain') }),
  (port) => exchange({ port, request: get('a.com', '/none', 'X-Request-Id: mine" "') }),
  (port) => exchange({ port, request: get('unknown.com', '/') }),
  (port) => exchange({ port, request: get('a.com', '/x%0a%0d%22"?q"%0a', 'User-Agent: a" "b\\\tc\xc3\xa9') }),
  (port) => exchange({ port, request: get('a.com', '/x', 'X-Forwarded-For: 6.6.6.6" "x') }),
  (port) => exchange({ port, request: get('a.com', '/x', `User-Agent: a\r${forged}`) }),
  (port) => exchange({ port, request: get('a.com', '/x', 'X-Envoy-Original-Path: /forged') }),
  (port) => exchange({ port, request: get('i.com', '/r') }),
  (port) => askHttp2({ port }, [{ host: 'a.com', path: '/x?"h2' }]),
];
/** Columns of their lines that say what was asked and who answered. */
const expected: readonly LogFields[] = [
  {
    ...{ method: 'GET', path: '/x?y=1', protocol: 'HTTP/1.1', status: '200', flags: '-', host: 'a.com' },
    ...{ userAgent: 'plain', client: '127.0.0.1', route: 'IngressRoute/e2e/a /x' },
  },
  { status: '404', flags: '-', endpoint: '-', upstreamTime: '-', userAgent: '-', route: 'a.com/404' },
  { status: '404', flags: 'NR', endpoint: '-', host: 'unknown.com', route: '-' },
  { path: '/x%0a%0d%22%22?q"%0a', status: '404', route: 'a.com/404' },
  { path: '/x', status: '200', client: '127.0.0.1', route: 'IngressRoute/e2e/a /x' },
  { path: '/x', status: '200', userAgent: `a${forged}` },
  { path: '/x', status: '200' },
  { status: '200', route: 'Ingress/e2e/i /r(\\u{a}\\u{22} 200 - forged)?' },
  { path: '/x?"h2', protocol: 'HTTP/2', status: '200' },
];
/** Refused before there is a request: the client is all that is known. */
const malformed = [
  get('a.com', '/x\x01'),
  get('a.com', '/x', 'User-Agent: a\x1b[2J'),
  get('a.com', '/x', `User-Agent: a\n${forged}`),
  get('a.com', '/x', `User-Agent: a\0${forged}`),
  get('a"com', '/x'),
  get('a.com', '/x').replace('GET', 'G"ET'),
];

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'access-log-'));
  tcp = await startEcho('tcp');
  const [pair, tcpPair] = await Promise.all([selfSigned('tls.com'), selfSigned('tcp.com')]);
  world = await startWorld({
    files: {
      'objects.yaml': documents(
        root('a', 'a.com', { '/x': 'one' }),
        root('tls', 'tls.com', { '/': 'one' }, 'pair'),
        ingress('i', 'i.com', { [evil]: 'one' }),
        ...service('tcp', tcp.port),
        tcpRoot('tcp.com', { secretName: 'tcp-pair' }, 'tcp'),
      ),
      'pair.yaml': secretDocument('pair', pair),
      'tcp-pair.yaml': secretDocument('tcp-pair', tcpPair),
    },
    flags: ['http', 'https'].map((name) => `--envoy-${name}-access-log=${join(directory, name)}`),
  });
  const { http, https, stats } = world.ports;
  for (const send of sends) await send(http);
  await Promise.all(malformed.map((request) => exchange({ port: http, request })));
  await ask({ port: stats, host: 'stats', path: '/ready' });
  await world.envoy().admin('/ready');
  await exchange({ port: https, sni: 'tls.com', request: get('tls.com', '/over/tls') });
  assert.equal(await greeting({ port: https, sni: 'tcp.com' }), 'tcp');
  await world.envoy().stop(); // It writes what it has.
  for (const name of ['http', 'https'])
    logs.set(name, await fieldsOf(await readFile(join(directory, name), 'utf8')));
});
after(async () => {
  await world?.close();
  await tcp?.close();
  await rm(directory, { recursive: true, force: true });
});

const line = (log: string, index: number): LogFields => logs.get(log)?.[index] ?? {};
const part = (fields: LogFields, names: object): LogFields =>
  Object.fromEntries(Object.keys(names).map((name) => [name, fields[name] ?? '']));

for (const [index, fields] of expected.entries())
  test(`line ${index + 1}: ${JSON.stringify(fields)}`, () => {
    assert.deepEqual(part(line('http', index), fields), fields);
  });

test('there is one line for each request, and none for statistics and the admin interface', () => {
  assert.equal(logs.get('http')?.length, sends.length + malformed.length);
  assert.equal(logs.get('https')?.length, 2);
});

test('a served request names its endpoint, its id and the times', () => {
  const { endpoint, requestId, time, duration, upstreamTime } = line('http', 0);
  assert.equal(endpoint, `127.0.0.1:${world.one.port}`);
  assert.match(requestId ?? '', /^[0-9a-f-]{36}$/);
  assert.match(time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.match(`${duration} ${upstreamTime}`, /^\d+ \d+$/);
});

test("a client's request id is never logged", () => {
  assert.match(line('http', 1).requestId ?? '', /^[0-9a-f-]{36}$/);
});

test('a request without form shows status, flags and client, and nothing that it sent', () => {
  for (let index = sends.length; index < sends.length + malformed.length; index++) {
    const { time, sent, duration, received, ...rest } = line('http', index);
    const nothing = { method: '-', path: '-', upstreamTime: '-', forwardedFor: '-', userAgent: '-' };
    assert.deepEqual(rest, {
      ...{ ...nothing, protocol: 'HTTP/1.1', status: '400', flags: 'DPE', requestId: '-', host: '-' },
      ...{ endpoint: '-', client: '127.0.0.1', route: '-' },
    });
  }
});

test('a request over TLS and a connection that is handed on are in the log of the other listener', () => {
  const { path, status, host, route } = line('https', 0);
  assert.deepEqual(
    { path, status, host, route },
    {
      ...{ path: '/over/tls', status: '200', host: 'tls.com', route: 'IngressRoute/e2e/tls /' },
    },
  );
  const { time, duration, flags, ...connection } = line('https', 1);
  assert.deepEqual(connection, {
    ...{ method: '-', path: '-', protocol: 'TCP', status: '-', received: '0', sent: '3' },
    ...{ upstreamTime: '-', forwardedFor: '127.0.0.1', userAgent: '-', requestId: '-', host: 'tcp.com' },
    ...{ endpoint: `127.0.0.1:${tcp.port}`, client: '127.0.0.1', route: 'IngressRoute/e2e/tcp.com' },
  });
});
