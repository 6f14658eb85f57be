import assert from 'node:assert/strict';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type Backend, startBackend } from './backends.ts';
import { selfSigned } from './certificates.ts';
import { ask, askHttp2, echoOf } from './http-client.ts';
import { startLoad } from './load.ts';
import { freePorts, listen } from './ports.ts';

let backend: Backend;
before(async () => {
  backend = await startBackend('echo');
});
after(() => backend.close());

test('Host and path are sent as they are', async () => {
  for (const host of ['A.Com.:80', 'a,b', '[::1]:1', '']) {
    const echo = echoOf(
      await ask({ port: backend.port, host, path: '/a/../b//%2F', headers: { 'X-One': '1' } }),
    );
    assert.deepEqual([echo.host, echo.path, echo.headers['x-one']], [host, '/a/../b//%2F', '1']);
  }
  assert.equal((await ask({ port: backend.port, host: undefined })).status, 400);
});

test('backends answer as they are told to', async () => {
  backend.behave({ status: 500, delayMs: 1 });
  assert.equal((await ask({ port: backend.port, host: 'a' })).status, 500);
  backend.behave({});
  assert.equal((await ask({ port: backend.port, host: 'a' })).status, 200);
});

test('the SNI is sent as it is, beside any Host; the certificate is told', async () => {
  const { certificate, key } = await selfSigned('cert.example');
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const { servername } = request.socket as TLSSocket;
    response.end(`${servername} ${request.headers.host}`);
  });
  const port = await listen(server);
  const answer = await ask({ port, host: 'other.example', tls: { sni: 'A.b_c/D' } });
  assert.equal(answer.body.toString(), 'A.b_c/D other.example');
  assert.equal(answer.certificate, 'cert.example');
  assert.equal((await ask({ port, host: 'x', tls: { sni: '' } })).body.toString(), 'false x');
  server.close();
});

test('HTTP/2: several hosts on one connection', async () => {
  const { certificate, key } = await selfSigned('h2.example');
  const server = createSecureServer({ cert: certificate, key });
  server.on('stream', (stream, headers) => stream.end(String(headers[':authority'])));
  const port = await listen(server);
  const answers = await askHttp2({ port, tls: { sni: 'a' } }, [{ host: 'a' }, { host: 'B' }]);
  assert.deepEqual(answers, [
    { status: 200, body: 'a' },
    { status: 200, body: 'B' },
  ]);
  server.close();
});

test('a load counts what became of every request', async () => {
  const [nobody = 0] = await freePorts(1);
  const load = startLoad({ port: backend.port, host: 'a', path: '/', connections: 2 });
  const lost = startLoad({ port: nobody, host: 'a', path: '/', connections: 1 });
  await ask({ port: backend.port, host: 'a' });
  const outcomes = await load.stop();
  assert.deepEqual([...outcomes.keys()], ['200']);
  assert.ok((outcomes.get('200') ?? 0) >= 2);
  assert.deepEqual([...(await lost.stop()).keys()], ['ECONNREFUSED']);
});
