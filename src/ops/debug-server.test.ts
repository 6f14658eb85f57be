import assert from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { createDebugServer, debugPages, isOwnHost } from './debug-server.ts';

const pages = new Map([
  ...debugPages(
    () => 'digraph contour {}',
    () => ({ objects: [] }),
  ),
  ['/broken', { about: 'fails', contentType: 'text/plain', body: () => assert.fail('broken') }] as const,
]);
const server = createDebugServer({
  listen: { address: '127.0.0.1', port: 0, flag: '--debug-http-port' },
  pages,
});
const lifetime = new AbortController();
let running: Promise<void> | undefined;
let port = 0;
before(async () => {
  running = server.run(lifetime.signal);
  port = await server.listening;
});
after(async () => {
  lifetime.abort();
  await running;
});

async function ask(path: string, { method = 'GET', host = `localhost:${port}` } = {}) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const headers = { host, origin: 'http://evil.example' };
    request({ port, host: '127.0.0.1', path, method, headers, agent: false }, resolve)
      .on('error', reject)
      .end();
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('the pages', async () => {
  assert.equal((await ask('/debug/dag?x=1')).body, 'digraph contour {}');
  assert.equal((await ask('/debug/dag')).headers['content-type'], 'text/vnd.graphviz; charset=utf-8');
  assert.deepEqual(JSON.parse((await ask('/status')).body), { objects: [] });
  assert.match((await ask('/')).body, /href="\/debug\/dag".*href="\/status"/);
});

const answers = [
  { path: '/nothing', status: 404 },
  { path: '/status', method: 'POST', status: 405 },
  { path: '/status', method: 'OPTIONS', status: 405 },
  { path: '/status', host: 'evil.example', status: 403 },
  { path: '/status', host: '10.0.0.1', status: 403 },
  { path: '/broken', status: 500 },
  { path: '/status', host: '127.0.0.1', status: 200 },
];
for (const { path, status, ...options } of answers) {
  test(`${options.method ?? 'GET'} ${path} for ${options.host ?? 'localhost'} is ${status}`, async () => {
    const answer = await ask(path, options);
    assert.equal(answer.status, status);
    const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
    assert.deepEqual(cors, []);
  });
}

test('HEAD has no body and the length of the GET', async () => {
  const answer = await ask('/debug/dag', { method: 'HEAD' });
  assert.equal(answer.body, '');
  assert.equal(answer.headers['content-length'], '18');
});

test('a port in use is one line that names the flag', async () => {
  const second = createDebugServer({
    listen: { address: '127.0.0.1', port, flag: '--debug-http-port' },
    pages,
  });
  const message = `port ${port} on 127.0.0.1 is in use: end the process that has it or choose another with --debug-http-port`;
  await assert.rejects(second.run(new AbortController().signal), { name: 'StartError', message });
  await assert.rejects(second.listening, { message });
});

const hosts: readonly (readonly [string | undefined, boolean])[] = [
  ['localhost', true],
  ['LOCALHOST:6060', true],
  ['contour.localhost', true],
  ['127.0.0.1:6060', true],
  ['127.8.9.10', true],
  ['[::1]:6060', true],
  ['192.0.2.7:6060', true],
  ['192.0.2.8', false],
  [undefined, false],
  ['', false],
  ['127.0.0.1.evil.example', false],
  ['127.evil', false],
  ['localhost.evil.example:6060', false],
  ['xlocalhost', false],
  ['localhost:6060:1', false],
  ['[::2]', false],
];
for (const [header, own] of hosts) {
  test(`Host ${header} is ${own ? 'ours' : 'refused'}`, () => {
    assert.equal(isOwnHost(header, '::ffff:192.0.2.7'), own);
  });
}
