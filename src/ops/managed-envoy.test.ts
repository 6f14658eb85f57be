import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { systemClock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import { eventually } from '../testing/deadline.ts';
import { type FakeBootstrap, writeFakeEnvoy } from '../testing/fake-envoy.ts';
import { askAdmin } from './envoy-admin.ts';
import { createManagedEnvoy, type EnvoyState, type ManagedEnvoyOptions } from './managed-envoy.ts';

let directory = '';
const lifetime = () => new AbortController();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'managed-envoy-'));
  await writeFakeEnvoy(join(directory, 'envoy'));
});
afterEach(() => rm(directory, { recursive: true }));

function manage(bootstrap: Omit<FakeBootstrap, 'socket'>, options: Partial<ManagedEnvoyOptions> = {}) {
  const states: EnvoyState[] = [];
  const lines: string[] = [];
  let socket = '';
  const note = (level: string) => (message: string) => lines.push(`${level} ${message}`);
  const log: Log = { error: note('error'), warn: note('warn'), info: note('info'), debug: note('debug') };
  const envoy = createManagedEnvoy({
    path: join(directory, 'envoy'),
    bootstrap: (admin) => {
      socket = admin;
      return JSON.stringify({ ...bootstrap, socket });
    },
    ports: [],
    directory,
    minRestartMs: 1,
    stdout: 'ignore',
    clock: systemClock,
    log,
    onState: (state) => states.push(state),
    ...options,
  });
  const pid = async () => Number((await askAdmin(socket, '/pid')).body);
  const ready = (times: number) =>
    eventually(() => assert.equal(states.filter(({ kind }) => kind === 'ready').length, times));
  return { envoy, states, lines, pid, ready };
}

const isGone = (pid: number) =>
  eventually(() => assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, `process ${pid} lives`));

test('serves, is started again after its death, and ends with us', async () => {
  const managed = manage({ behaviour: 'serve', words: '[warning][config] be careful' });
  const end = lifetime();
  const running = managed.envoy.run(end.signal);
  await managed.ready(1);
  const first = await managed.pid();
  process.kill(first, 'SIGKILL');
  await managed.ready(2);
  assert.deepEqual(
    managed.states.map((state) => (state.kind === 'died' ? `${state.kind} ${state.end}` : state.kind)),
    ['starting', 'ready', 'died SIGKILL', 'starting', 'ready'],
  );
  assert.ok(managed.lines.includes('warn Envoy: config: be careful'));
  const second = await managed.pid();
  end.abort();
  await running;
  await isGone(second);
  assert.ok(managed.lines.includes('debug Envoy: main: caught ENVOY_SIGTERM'));
  assert.deepEqual(await readdir(directory), ['envoy'], 'the private directory is gone');
});

test('one that does not end by itself is killed', async () => {
  const managed = manage({ behaviour: 'stubborn' }, { graceMs: 1 });
  const end = lifetime();
  const running = managed.envoy.run(end.signal);
  await managed.ready(1);
  const pid = await managed.pid();
  end.abort();
  await running;
  await isGone(pid);
});

const failures = [
  ['[critical][main] error `no such field` initializing config', 'error `no such field` initializing config'],
  [
    "[error][config] listener 'stats' failed: cannot bind '0.0.0.0:8002': Address already in use",
    'port 8002 on 0.0.0.0 is in use: end the process that has it or choose another with --stats-port',
  ],
  ['', 'Envoy ended before it served: exit code 1'],
] as const;
for (const [words, message] of failures) {
  test(`an Envoy that never serves is no Envoy to restart: ${message}`, async () => {
    const ports = [
      { address: '0.0.0.0', port: 0, flag: '--any' },
      { address: '0.0.0.0', port: 8002, flag: '--stats-port' },
    ];
    const managed = manage({ behaviour: 'die', words }, { ports: words.includes('bind') ? ports : [] });
    await assert.rejects(managed.envoy.run(lifetime().signal), { name: 'StartError', message });
  });
}

test('a listener by xDS that cannot be opened ends the start', async () => {
  const words = "[warning][config] rejected: ingress_http: cannot bind '[::]:65001': Address already in use";
  const ports = [{ address: '::', port: 65001, flag: '--envoy-http-port' }];
  const managed = manage({ behaviour: 'hang', words }, { ports, graceMs: 1 });
  await assert.rejects(managed.envoy.run(lifetime().signal), {
    message:
      'port 65001 on :: is in use: end the process that has it or choose another with --envoy-http-port',
  });
});

test('a port that another process has is told before Envoy starts', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  assert.ok(address !== null && typeof address === 'object');
  const managed = manage(
    { behaviour: 'serve' },
    { ports: [{ address: '127.0.0.1', port: address.port, flag: '--envoy-http-port' }] },
  );
  await assert.rejects(managed.envoy.run(lifetime().signal), /is in use: .*--envoy-http-port/);
  assert.deepEqual(managed.states, []);
  other.close();
});
