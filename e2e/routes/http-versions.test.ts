// Clients of every version of HTTP, on both listeners.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { askHttp2 } from '../../src/testing/http-client.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { backing, root, routeTo } from './kit.ts';

const host = 'versions.test';
const tlsHost = 'tls.versions.test';
let backend: Backend;
let world: InProcess;

before(async () => {
  backend = await startBackend('one');
  world = await startInProcess([
    ...backing('one', [backend.port]),
    secret('pair', await selfSigned(tlsHost)),
    root('plain', host, [routeTo('/', 'one')]),
    tlsRoot(tlsHost, { secretName: 'pair' }, 'one'),
  ]);
});
after(async () => {
  await world?.close();
  await backend?.close();
});

/** What comes back until Envoy closes the connection. */
async function raw(request: string): Promise<string> {
  const socket = connect(world.port, '127.0.0.1');
  socket.write(request);
  return await text(socket);
}

describe('HTTP/1.0', () => {
  test('is answered, and the connection closed', async () => {
    const answer = await raw(`GET /old?x=1 HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.[01] 200 OK\r\n/);
    assert.match(answer, /\r\nconnection: close\r\n/i);
    assert.doesNotMatch(answer, /\r\ntransfer-encoding: chunked/i);
    assert.match(answer, /"backend":"one".*"path":"\/old\?x=1"/);
  });

  test('stays open if the client asks for it', async () => {
    const keep = `GET /first HTTP/1.0\r\nHost: ${host}\r\nConnection: keep-alive\r\n\r\n`;
    const answer = await raw(`${keep}GET /second HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
    assert.match(answer, /"path":"\/first"/);
    assert.match(answer, /"path":"\/second"/);
  });

  test('without a Host belongs to nobody', async () => {
    assert.match(await raw('GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.[01] 4\d\d /);
  });
});

const listeners = [
  { name: 'in clear', connection: () => ({ port: world.port }), authority: host },
  { name: 'over TLS', connection: () => ({ port: world.https, tls: { sni: tlsHost } }), authority: tlsHost },
];
for (const { name, connection, authority } of listeners)
  test(`HTTP/2 ${name}: several requests on one connection`, async () => {
    const paths = ['/a', '/b', '/c?d=e'];
    const asks = paths.map((path) => ({ host: authority, path }));
    const answers = await askHttp2(connection(), asks);
    assert.deepEqual(
      answers.map(({ status, body }) => [status, JSON.parse(body).path]),
      paths.map((path) => [200, path]),
    );
  });
