import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask } from '../testing/http-client.ts';
import { createHealthServer } from './health-server.ts';

let waited: readonly string[] = [];
const server = createHealthServer({
  listen: { address: '127.0.0.1', port: 0, flag: '--http-port' },
  waitedFor: () => waited,
  metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n' },
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

const get = async (path: string, method = 'GET') => {
  const { status, body, headers } = await ask({ port, path, method, host: '10.0.0.7:8000' });
  return { status, body: body.toString(), contentType: headers['content-type'] };
};

test('alive, whatever is waited for and whoever asks', async () => {
  waited = ['something'];
  assert.deepEqual(await get('/healthz'), {
    status: 200,
    body: 'ok\n',
    contentType: 'text/plain; charset=utf-8',
  });
});

test('not ready while something is waited for, then ready', async () => {
  waited = ['ingressroutes: not listed yet', 'secrets: 403 forbidden'];
  assert.deepEqual(await get('/readyz'), {
    status: 503,
    body: 'ingressroutes: not listed yet\nsecrets: 403 forbidden\n',
    contentType: 'text/plain; charset=utf-8',
  });
  waited = [];
  const { status, body } = await get('/readyz');
  assert.deepEqual([status, body], [200, 'ok\n']);
});

test('what is waited for is bounded and has no line breaks or controls of others', async () => {
  waited = Array.from({ length: 60 }, () => `a\nb\u001b[2J${'x'.repeat(1_000)}`);
  const lines = (await get('/readyz')).body.trimEnd().split('\n');
  assert.equal(lines.length, 51);
  assert.equal(lines.at(-1), 'and 10 more');
  assert.ok(lines[0]?.startsWith('a\\u{a}b\\u{1b}[2Jxxx'));
  assert.ok((lines[0]?.length ?? 0) < 330);
});

test('metrics, in their own content type', async () => {
  assert.deepEqual(await get('/metrics'), {
    status: 200,
    body: 'up 1\n',
    contentType: 'text/plain; version=0.0.4',
  });
});

test('nothing else', async () => {
  assert.equal((await get('/metrics', 'POST')).status, 405);
  assert.equal((await get('/debug/dag')).status, 404);
});
