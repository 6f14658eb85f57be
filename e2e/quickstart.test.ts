// `npm start` serves what the files of the quickstart say, and ends without leaving anything behind.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../src/testing/deadline.ts';
import { type Answer, type Ask, ask } from '../src/testing/http-client.ts';
import { choosePorts, listenFlags, type Ports } from './kit/contour.ts';
import { envoyPath } from './kit/envoy-path.ts';

const root = join(import.meta.dirname, '..');
const directory = join(root, 'examples/quickstart');
let ports: Ports;
let quickstart: ReturnType<typeof spawn>;
let output = '';

before(async () => {
  ports = await choosePorts();
  const flags = ['--envoy', envoyPath(), ...listenFlags(ports)];
  quickstart = spawn('npm', ['start', '--silent', '--', ...flags], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [quickstart.stdout, quickstart.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(quickstart, 'exit').then(() => assert.fail(`it ended:\n${output}`));
  ended.catch(() => {}); // Later the tests end it.
  const shown = eventually(() => assert.match(output, /curl .*blog\.localhost/), { within: 60_000 });
  await Promise.race([shown, ended]);
});
// Whatever a test found: nothing of the group stays.
after(() => {
  for (const stream of [quickstart.stdout, quickstart.stderr]) stream?.destroy();
  if (quickstart.pid === undefined) return;
  try {
    process.kill(-quickstart.pid, 'SIGKILL');
  } catch {} // It has ended.
});

const backendOf = ({ body }: Answer) => JSON.parse(body.toString()).backend;
const get = (request: Omit<Ask, 'port'>) => ask({ ...request, port: request.tls ? ports.https : ports.http });

test('the hosts of the manifests answer', async () => {
  assert.equal(backendOf(await get({ host: '127.0.0.1' })), 'blog');
  assert.equal(backendOf(await get({ host: 'blog.localhost' })), 'blog');
  assert.match(backendOf(await get({ host: 'blog.localhost', path: '/cart' })), /^(shop|blog)$/);
  assert.equal(backendOf(await get({ host: 'shop.localhost', path: '/health' })), 'shop');
  assert.equal((await get({ host: 'shop.localhost' })).status, 301);
  const secure = await get({ host: 'shop.localhost', tls: { sni: 'shop.localhost' } });
  assert.equal(backendOf(secure), 'shop');
  assert.equal(secure.certificate, 'shop.localhost');
  assert.equal(backendOf(await get({ host: 'broken.localhost' })), 'blog');
  assert.equal((await get({ host: 'broken.localhost', path: '/reports' })).status, 503);
});

test('the table tells what is broken and why', () => {
  const rows = output.split('\n').filter((line) => /^(Ingress|IngressRoute) /.test(line));
  assert.match(rows.find((row) => row.includes('default/broken')) ?? '', /invalid .*missing/);
  for (const name of ['everyone', 'blog', 'shop']) {
    assert.match(rows.find((row) => row.includes(`default/${name} `)) ?? '', / valid /);
  }
});

test('the generated key is readable by its owner alone, and git ignores it', async () => {
  assert.equal((await stat(join(directory, 'generated-shop-tls.yaml'))).mode & 0o777, 0o600);
  const ignored = await readFile(join(directory, '../../.gitignore'), 'utf8');
  assert.match(ignored, /^examples\/quickstart\/generated-\*\.yaml$/m);
});

test('a SIGTERM to npm ends everything in order', async () => {
  quickstart.kill('SIGTERM');
  const [code] = await once(quickstart, 'exit');
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /Envoy refused/);
  await assert.rejects(get({ host: 'a' }), { code: 'ECONNREFUSED' });
  await assert.rejects(ask({ port: 10081, host: 'a' }), { code: 'ECONNREFUSED' });
});
