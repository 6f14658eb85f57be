// `contour drain` against a real Envoy: nobody loses an answer, and nobody waits for nothing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, type TestContext, test } from 'node:test';
import { bootstrapJson, defaultLimits } from '../src/envoy/bootstrap.ts';
import { eventually } from '../src/testing/deadline.ts';
import { ask } from '../src/testing/http-client.ts';
import { freePorts, listen } from '../src/testing/ports.ts';
import { startRealEnvoy } from '../src/testing/real-envoy.ts';
import { type ControlPlane, startControlPlane } from './kit/control-plane.ts';
import { envoyPath } from './kit/envoy-path.ts';
import { ingress, service } from './kit/manifests.ts';

const main = join(import.meta.dirname, '../src/main.ts');
/** Requests of `/slow`, until a test answers them. */
const waiting: ServerResponse[] = [];
const backend = createServer((request, response) => {
  if (request.url === '/slow') waiting.push(response);
  else response.end('quick');
});
let control: ControlPlane;
let http = 0;

before(async () => {
  const port = await listen(backend);
  const [first = 0, https = 0] = await freePorts(2);
  http = first;
  const objects = [...service('one', port), ingress('one', 'a.test', { '/': 'one' })];
  control = await startControlPlane({ http, https, xds: 0, generation: 'drain' }, objects);
});
after(async () => {
  await control?.stop();
  backend.closeAllConnections();
  backend.close();
});

interface Drained {
  /** Of the admin interface. */
  readonly socket: string;
  readonly stats: number;
}

/** An Envoy that serves, ended with the test unless it has ended before. */
async function startEnvoy(t: TestContext): Promise<Drained> {
  const [stats = 0] = await freePorts(1);
  let socket = '';
  const envoy = await startRealEnvoy({
    path: envoyPath(),
    bootstrap(adminSocket) {
      socket = adminSocket;
      return bootstrapJson({
        ...{ nodeId: 'test', nodeCluster: 'test', adminSocket, ...defaultLimits },
        xds: { address: '127.0.0.1', port: control.xds, tls: undefined },
        stats: { address: '127.0.0.1', port: stats },
      });
    },
  });
  t.after(() => envoy.stop());
  await envoy.live();
  await eventually(async () => assert.equal((await quick()).status, 200));
  return { socket, stats };
}

const quick = () => ask({ port: http, host: 'a.test', path: '/' });

function contour(t: TestContext, ...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (some: string) => {
      output += some;
    });
  const closed = once(child, 'close');
  return {
    output: () => output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    running: () => child.exitCode === null && child.signalCode === null,
    async code(): Promise<unknown> {
      const [code] = await closed;
      return code;
    },
  };
}

const drain = (t: TestContext, { socket }: Drained, ...flags: readonly string[]) =>
  contour(t, 'drain', '--admin-address', socket, ...flags);

/** A request that its backend has and doesn't answer yet. */
async function slowRequest() {
  const answer = ask({ port: http, host: 'a.test', path: '/slow' });
  answer.catch(() => {}); // Who awaits it sees how it failed.
  const response = await eventually(() => {
    const taken = waiting.pop();
    assert.ok(taken !== undefined);
    return taken;
  });
  return { answer, finish: () => response.end('slow') };
}

/** A request on a connection that is kept. */
function keptRequest(agent: Agent, port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, headers: { host: 'a.test' }, agent }, async (response) => {
      await text(response);
      resolve(response);
    }).on('error', reject);
  });
}

const gone = () => assert.rejects(quick(), { code: 'ECONNREFUSED' });

test('every request is answered, kept connections are told to end, and then Envoy ends', async (t) => {
  const envoy = await startEnvoy(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const slow = await slowRequest();
  assert.equal((await keptRequest(agent, http, '/')).headers.connection, undefined);

  const draining = drain(t, envoy, '--delay=2s', '--timeout=10m');
  await eventually(async () => {
    assert.equal((await ask({ port: envoy.stats, host: 'a.test', path: '/ready' })).status, 503);
  });
  assert.equal((await quick()).status, 200, 'load balancers have not noticed yet');
  await eventually(() =>
    assert.match(draining.output(), /2 connections are open; clients are told to end them/),
  );
  assert.equal((await keptRequest(agent, http, '/')).headers.connection, 'close');
  assert.equal((await quick()).status, 200, 'nor does a late client lose its request');
  assert.ok(draining.running(), draining.output());

  slow.finish();
  const { status, body } = await slow.answer;
  assert.deepEqual([status, body.toString()], [200, 'slow']);
  assert.equal(await draining.code(), 0);
  assert.match(draining.output(), /none is open any more; Envoy ends\n$/);
  await eventually(gone);
});

test('with nothing open it ends after the delay, whatever watches its statistics', async (t) => {
  const envoy = await startEnvoy(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  await keptRequest(agent, envoy.stats, '/stats');
  const draining = drain(t, envoy, '--delay=0s', '--timeout=60m');
  assert.equal(await draining.code(), 0);
  assert.match(draining.output(), /no connection is open\nnone is open any more; Envoy ends\n$/);
  await eventually(gone);
});

test('what is open when the time is over is cut', async (t) => {
  const envoy = await startEnvoy(t);
  const slow = await slowRequest();
  const draining = drain(t, envoy, '--delay=0s', '--timeout=1s');
  assert.equal(await draining.code(), 0);
  assert.match(draining.output(), /time is over: 1 connection is cut; Envoy ends\n$/);
  await assert.rejects(slow.answer);
  await eventually(gone);
});

test('an Envoy that ends by itself is drained', async (t) => {
  const envoy = await startEnvoy(t);
  const slow = await slowRequest();
  const draining = drain(t, envoy, '--delay=0s', '--timeout=10m');
  await eventually(() => assert.match(draining.output(), /1 connection is open/));
  assert.equal(await drain(t, envoy, '--delay=0s', '--timeout=1ms').code(), 0);
  await assert.rejects(slow.answer);
  assert.equal(await draining.code(), 0);
  assert.match(draining.output(), /Envoy has ended by itself\n$/);
});

test('interrupted, it leaves an Envoy that serves, and says how it stands', async (t) => {
  const envoy = await startEnvoy(t);
  const slow = await slowRequest();
  const draining = drain(t, envoy, '--delay=0s', '--timeout=10m');
  await eventually(() => assert.match(draining.output(), /1 connection is open/));
  draining.kill('SIGTERM');
  assert.equal(await draining.code(), 1);
  assert.match(draining.output(), /contour drain: interrupted; Envoy serves on but \/ready answers 503/);
  slow.finish();
  assert.equal((await slow.answer).status, 200);
  assert.equal((await quick()).status, 200);
});

test('without an Envoy it says where it looked, and what to check', async (t) => {
  const draining = contour(t, 'drain', '--admin-address=/nowhere/admin.sock');
  assert.equal(await draining.code(), 1);
  assert.match(
    draining.output(),
    /^contour drain: no Envoy answers on \/nowhere\/admin\.sock \(.*ENOENT.*\); is it running, .*--admin-address\?\n$/,
  );
});

for (const flags of [['--wait'], ['--wait', '--delay=1s']])
  test(`drain ${flags.join(' ')} is there until SIGTERM`, async (t) => {
    const waits = contour(t, 'drain', ...flags);
    await eventually(() => assert.match(waits.output(), /^waiting for SIGTERM, .*\n$/));
    waits.kill('SIGTERM');
    assert.equal(await waits.code(), 0);
  });
