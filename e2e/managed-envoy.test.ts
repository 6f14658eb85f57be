// The managed Envoy with the real program: what fake-envoy claims about it in src/ops is true.
import assert from 'node:assert/strict';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { createManagedEnvoy, type EnvoyState, type ManagedEnvoyOptions } from '../src/ops/managed-envoy.ts';
import { systemClock } from '../src/runtime/clock.ts';
import { eventually } from '../src/testing/deadline.ts';
import { ask } from '../src/testing/http-client.ts';
import { freePorts, listen } from '../src/testing/ports.ts';
import { envoyPath } from './kit/envoy-path.ts';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const lifetime = new AbortController();
after(() => lifetime.abort());

/** One listener that answers 200 by itself. */
const bootstrap = (port: number) => (adminSocket: string) =>
  JSON.stringify({
    admin: { address: { pipe: { path: adminSocket } } },
    static_resources: {
      listeners: [
        {
          address: { socket_address: { address: '127.0.0.1', port_value: port } },
          filter_chains: [{ filters: [{ name: 'hcm', typed_config: connectionManager }] }],
        },
      ],
    },
  });
const api = 'type.googleapis.com/envoy.extensions.filters';
const connectionManager = {
  '@type': `${api}.network.http_connection_manager.v3.HttpConnectionManager`,
  stat_prefix: 'test',
  route_config: {
    virtual_hosts: [
      { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] },
    ],
  },
  http_filters: [{ name: 'router', typed_config: { '@type': `${api}.http.router.v3.Router` } }],
};

function manage(options: Pick<ManagedEnvoyOptions, 'bootstrap' | 'ports'>) {
  const states: EnvoyState[] = [];
  const envoy = createManagedEnvoy({
    ...options,
    path: envoyPath(),
    concurrency: 1,
    stdout: 'ignore',
    clock: systemClock,
    log: silent,
    onState: (state) => states.push(state),
  });
  return { envoy, states };
}

/** The process that runs our Envoy with a bootstrap in a directory of ours. */
async function findEnvoy(port: number): Promise<number> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
    const file = command[command.indexOf('-c') + 1] ?? '';
    if (!program.endsWith('/envoy') || !file.includes('contour-envoy-')) continue;
    if ((await readFile(file, 'utf8').catch(() => '')).includes(`"port_value":${port}`)) return Number(pid);
  }
  throw new Error('Envoy is not there');
}

test('serves, comes back after SIGKILL, ends with its owner', async () => {
  const [port = 0] = await freePorts(1);
  const { envoy, states } = manage({
    bootstrap: bootstrap(port),
    ports: [{ address: '127.0.0.1', port, flag: '--envoy-http-port' }],
  });
  const running = envoy.run(lifetime.signal);
  const ready = (times: number) =>
    eventually(() => assert.equal(states.filter(({ kind }) => kind === 'ready').length, times));
  await Promise.race([ready(1), running]);
  assert.equal((await ask({ port, host: 'a' })).status, 200);
  process.kill(await findEnvoy(port), 'SIGKILL');
  await Promise.race([ready(2), running]);
  assert.equal((await ask({ port, host: 'a' })).status, 200);
  lifetime.abort();
  await running;
  await assert.rejects(ask({ port, host: 'a' }), { code: 'ECONNREFUSED' });
});

test("Envoy's words about a port in use become the port and its flag", async () => {
  const other = createServer();
  const port = await listen(other);
  const { envoy } = manage({ bootstrap: bootstrap(port), ports: [] });
  await assert.rejects(envoy.run(new AbortController().signal), {
    message: `port ${port} on 127.0.0.1 is in use: end the process that has it or choose another with its flag`,
  });
  other.close();
});

test('a configuration that Envoy refuses is one line with its words', async () => {
  const { envoy } = manage({ bootstrap: () => '{"no_such_field": 1}', ports: [] });
  await assert.rejects(envoy.run(new AbortController().signal), /no_such_field/);
});
