// Mutual TLS between Contour and Envoy with the files of `contour certgen`: who is let in, and who is not.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { folderStore, issue, renew } from '../src/certificates/index.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { systemRandom } from '../src/runtime/random.ts';
import { type Backend, startBackend } from '../src/testing/backends.ts';
import { eventually, withDeadline } from '../src/testing/deadline.ts';
import { ask, echoOf } from '../src/testing/http-client.ts';
import { type RealEnvoy, startRealEnvoy } from '../src/testing/real-envoy.ts';
import { type Contour, choosePorts, type Ports, startContour } from './kit/contour.ts';
import { envoyPath } from './kit/envoy-path.ts';
import { documents, ingress, service } from './kit/manifests.ts';

const main = join(import.meta.dirname, '../src/main.ts');
const run = promisify(execFile);
let directory: string;
let backend: Backend;
let manifests: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contour-xds-tls-'));
  backend = await startBackend('one');
  manifests = join(directory, 'manifests.yaml');
  await writeFile(
    manifests,
    documents(...service('one', backend.port), ingress('a', 'a.test', { '/': 'one' })),
  );
  const { stdout } = await run(process.execPath, [main, 'certgen', '--output', join(directory, 'ours')]);
  assert.match(stdout, /^new certificates: there are none yet\n.*contour\/\{.*\n.*envoy\/\{.*created/);
});
after(async () => {
  await backend?.close();
  await rm(directory, { recursive: true, force: true });
});

const files = (folder: string) => [
  `--contour-cafile=${folder}/ca.crt`,
  `--contour-cert-file=${folder}/tls.crt`,
  `--contour-key-file=${folder}/tls.key`,
];

/** `contour serve` with the files of this folder; returns when its xDS server listens. */
async function serve(t: TestContext, folder: string): Promise<{ ports: Ports; contour: Contour }> {
  const ports = await choosePorts();
  const contour = startContour(['--manifests', manifests], ports, files(folder));
  t.after(() => contour.end('SIGKILL'));
  await eventually(() => contour.status());
  return { ports, contour };
}

/** An Envoy of what `contour bootstrap` makes of the files of this folder. */
async function envoyOf(t: TestContext, ports: Ports, where: { folder: string; address: string }) {
  const envoy: RealEnvoy = await startRealEnvoy({
    path: envoyPath(),
    async bootstrap(socket) {
      const flags = [
        ...files(where.folder),
        `--xds-address=${where.address}`,
        `--xds-port=${ports.xds}`,
        `--admin-address=${socket}`,
        ...['--stats-address=127.0.0.1', `--stats-port=${ports.stats}`],
      ];
      return (await run(process.execPath, [main, 'bootstrap', '-', ...flags])).stdout;
    },
  });
  t.after(() => envoy.stop());
  return envoy;
}

/** Certificates of another authority, the server's with these names, in a new folder. */
async function others(names: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(directory, 'others-'));
  await folderStore(folder).write(await issue({ now: new Date(), days: 100, names }));
  return folder;
}

/** What a client gets of the server before it has asked for anything: an HTTP/2 server's settings, or the error. */
function greeting(port: number, credentials: { ca: string; cert?: string; key?: string }): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = { host: '127.0.0.1', port, servername: 'contour', ALPNProtocols: ['h2'] };
  const socket = connect({ ...options, ...credentials });
  socket.on('data', () => resolve('settings'));
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  socket.on('close', () => resolve('closed'));
  return withDeadline(promise, 20_000, 'the greeting').finally(() => socket.destroy());
}

const clientOf = async (folder: string) => ({
  cert: await readFile(join(folder, 'envoy/tls.crt'), 'utf8'),
  key: await readFile(join(folder, 'envoy/tls.key'), 'utf8'),
});

for (const address of ['127.0.0.1', 'localhost'])
  test(`an Envoy that reaches contour as ${address} is served`, async (t) => {
    const { ports } = await serve(t, join(directory, 'ours/contour'));
    const envoy = await envoyOf(t, ports, { folder: join(directory, 'ours/envoy'), address });
    await envoy.live();
    const answer = await eventually(() => ask({ port: ports.http, host: 'a.test' }));
    assert.equal(echoOf(answer).backend, 'one');
  });

test('nobody else is let in: no certificate, one of another authority, one that is for servers', async (t) => {
  const { ports } = await serve(t, join(directory, 'ours/contour'));
  const ca = await readFile(join(directory, 'ours/envoy/ca.crt'), 'utf8');
  assert.equal(
    await greeting(ports.xds, { ca, ...(await clientOf(join(directory, 'ours'))) }),
    'settings',
    'Envoy itself',
  );
  const server = {
    cert: await readFile(join(directory, 'ours/contour/tls.crt'), 'utf8'),
    key: await readFile(join(directory, 'ours/contour/tls.key'), 'utf8'),
  };
  for (const client of [{}, await clientOf(await others(['contour'])), server])
    assert.notEqual(await greeting(ports.xds, { ca, ...client }), 'settings');
});

test('an Envoy with a certificate of another authority gets nothing', async (t) => {
  const foreign = await others(['contour']);
  const { ports } = await serve(t, join(directory, 'ours/contour'));
  // It trusts us, and has nothing that we trust.
  await writeFile(join(foreign, 'envoy/ca.crt'), await readFile(join(directory, 'ours/envoy/ca.crt')));
  const envoy = await envoyOf(t, ports, { folder: join(foreign, 'envoy'), address: '127.0.0.1' });
  await eventually(async () => {
    const stats = await envoy.stats('^cluster.contour.upstream_cx_total$');
    assert.ok((stats.get('cluster.contour.upstream_cx_total') ?? 0) >= 2, 'it tries again and again');
  });
  const { value } = await stat(envoy, 'control_plane.connected_state');
  assert.equal(value, 0);
});

const stat = async (envoy: RealEnvoy, name: string) => ({
  value: (await envoy.stats(`^${name}$`)).get(name),
});

test('an Envoy refuses a server of its authority that has another name', async (t) => {
  const folder = await others(['elsewhere.test', 'localhost']);
  const { ports } = await serve(t, join(folder, 'contour'));
  const envoy = await envoyOf(t, ports, { folder: join(folder, 'envoy'), address: '127.0.0.1' });
  await eventually(async () => {
    const { value = 0 } = await stat(envoy, 'cluster.contour.ssl.fail_verify_san');
    assert.ok(value > 0);
  });
  await envoy.stop();
  // The name by which it is reached will do.
  await (await envoyOf(t, ports, { folder: join(folder, 'envoy'), address: 'localhost' })).live();
});

test('without its files contour says which is missing, and what makes them', async (t) => {
  const ports = await choosePorts();
  const contour = startContour(['--manifests', manifests], ports, files(join(directory, 'nowhere')));
  t.after(() => contour.end('SIGKILL'));
  await eventually(() => assert.ok(contour.ended()));
  assert.match(
    contour.output(),
    /^contour: --contour-cafile cannot be read: ENOENT.*nowhere\/ca\.crt.*; contour certgen makes these files\n$/,
  );
});

test('renewed files are what the next start takes', async (t) => {
  const folder = await others(['contour']);
  const renewal = await renew({
    ...{ store: folderStore(folder), days: 100, names: ['contour'], neededNames: ['contour'] },
    ...{ replace: 'always', clock: systemClock, random: systemRandom, signal: t.signal },
  });
  assert.equal(renewal.why, 'as --overwrite asks');
  const { ports } = await serve(t, join(folder, 'contour'));
  await (await envoyOf(t, ports, { folder: join(folder, 'envoy'), address: 'localhost' })).live();
});
