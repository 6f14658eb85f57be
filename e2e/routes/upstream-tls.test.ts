// TLS towards Services: what Envoy says in its handshake, and which certificates it takes for the name asked for.
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { after, before, test } from 'node:test';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { selfSigned } from '../../src/testing/certificates.ts';
import { ask } from '../../src/testing/http-client.ts';
import type { KeyPair } from '../../src/testing/objects.ts';
import { listen } from '../../src/testing/ports.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import type { Manifest } from '../kit/manifests.ts';
import { backing, closed, opaque, root, routeTo } from './kit.ts';

const host = 'upstream-tls.test';
const closers: (() => Promise<void>)[] = [];
let world: InProcess;

/** Answers with the server name that it was asked for, the version and the protocol that were agreed on. */
async function told({ certificate: cert, key }: KeyPair, options: TlsOptions = {}): Promise<number> {
  const server = createServer({ cert, key, ...options });
  server.on('request', ({ socket }: { socket: TLSSocket & { servername?: string | false } }, response) => {
    const { servername, alpnProtocol } = socket;
    response.end(JSON.stringify({ sni: servername, version: socket.getProtocol(), alpn: alpnProtocol }));
  });
  closers.push(() => closed(server));
  return await listen(server);
}

const validated = (match: string, name: string, subjectName: string) =>
  routeTo(match, name, { validation: { caSecret: `${name}-ca`, subjectName } });

before(async () => {
  const exact = await selfSigned('web.e2e', { names: ['web.e2e', 'also.e2e'] });
  const wild = await selfSigned('wild', { names: ['*.wild.e2e'] });
  const service = (name: string, port: number, pair: KeyPair): Manifest[] => [
    ...backing(name, [port], { 'upstream-protocol.tls': '80' }),
    opaque(`${name}-ca`, { 'ca.crt': pair.certificate }),
  ];
  world = await startInProcess([
    ...service('exact', await told(exact), exact),
    ...service('wild', await told(wild), wild),
    ...service('old', await told(exact, { maxVersion: 'TLSv1.2' }), exact),
    ...service('new', await told(exact, { minVersion: 'TLSv1.3' }), exact),
    root('upstream-tls', host, [
      routeTo('/unchecked', 'exact'),
      routeTo('/old', 'old'),
      routeTo('/new', 'new'),
      validated('/checked', 'exact', 'web.e2e'),
      validated('/also', 'exact', 'also.e2e'),
      validated('/case', 'exact', 'WEB.e2e'),
      validated('/prefix', 'exact', 'web.e2e.evil.test'),
      validated('/suffix', 'exact', 'x.web.e2e'),
      validated('/uri', 'exact', 'spiffe://e2e/web'),
      validated('/address', 'exact', '127.0.0.1'),
      validated('/one-label', 'wild', 'a.wild.e2e'),
      validated('/two-labels', 'wild', 'a.b.wild.e2e'),
      validated('/parent', 'wild', 'wild.e2e'),
    ]),
  ]);
});
after(async () => {
  await world?.close();
  for (const close of closers) await close();
});

async function outcome(path: string) {
  const { status, body } = await ask({ port: world.port, host, path });
  return status === 200 ? JSON.parse(body.toString()) : status;
}

const newest = { sni: false, version: 'TLSv1.3', alpn: 'http/1.1' };
const cases: readonly (readonly [path: string, expected: object | number])[] = [
  ['/unchecked', newest],
  ['/old', { ...newest, version: 'TLSv1.2' }],
  ['/new', newest],
  ['/checked', { ...newest, sni: 'web.e2e' }],
  ['/also', { ...newest, sni: 'also.e2e' }],
  ['/case', { ...newest, sni: 'WEB.e2e' }],
  ['/prefix', 503],
  ['/suffix', 503],
  ['/uri', 503],
  ['/address', 503],
  ['/one-label', { ...newest, sni: 'a.wild.e2e' }],
  ['/two-labels', 503],
  ['/parent', 503],
];
for (const [path, expected] of cases)
  test(`${path}: ${JSON.stringify(expected)}`, async () => assert.deepEqual(await outcome(path), expected));
