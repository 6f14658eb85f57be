// What Envoy is told, in which order, and what counts as a connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminSilence } from '../ops/envoy-admin.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { drainEnvoy, openConnections } from './drain-envoy.ts';

const listeners = JSON.stringify({
  listener_statuses: [
    { name: 'stats', local_address: { socket_address: { address: '::', port_value: 8002 } } },
    { name: 'ingress_http', local_address: { pipe: {} } },
  ],
});

/** An Envoy with so many connections at one asking after the other, the last number for ever; NaN: it is silent. */
async function drained(counts: readonly number[], times: { delayMs: number; timeoutMs: number }) {
  const clock = manualClock();
  const told: string[] = [];
  const said: string[] = [];
  const left = [...counts];
  const running = drainEnvoy({
    ...{ adminSocket: '/admin.sock', clock, signal: new AbortController().signal, ...times },
    say: (line) => said.push(line),
    async ask(_, path, method) {
      const name = path.replace(/\?filter.*/, '');
      told.push(`${clock.now()} ${method} ${name}`);
      if (name === '/stats') {
        const count = left.length > 1 ? left.shift() : left[0];
        if (Number.isNaN(count)) throw new AdminSilence('no answer');
        return { status: 200, body: `listener.0.0.0.0_8080.downstream_cx_active: ${count}\n` };
      }
      return { status: 200, body: name.startsWith('/listeners') ? listeners : 'OK\n' };
    },
  });
  let over = false;
  void running.finally(() => {
    over = true;
  });
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(250);
  }
  await running;
  return { told: told.filter((line) => !/GET/.test(line)), asked: told.length, said };
}

test('the order: out of load balancers, clients told, doors closed when the last is gone, end', async () => {
  const { told, said } = await drained([2, 1, 0], { delayMs: 1_000, timeoutMs: 60_000 });
  assert.deepEqual(
    told.map((line) => line.replace(/^\d+ /, '')),
    [
      'POST /healthcheck/fail',
      'POST /drain_listeners?graceful&skip_exit',
      'POST /drain_listeners',
      'POST /quitquitquit',
    ],
  );
  assert.deepEqual(said, [
    '/ready answers 503; waiting 1 s for load balancers to notice',
    '2 connections are open; clients are told to end them',
    'none is open any more; Envoy ends',
  ]);
});

test('who came in just before the doors closed is waited for', async () => {
  const { told, said } = await drained([1, 0, 1, 1, 0], { delayMs: 0, timeoutMs: 60_000 });
  const at = (path: string) => Number(told.find((line) => line.endsWith(path))?.split(' ')[0]);
  assert.ok(at('/quitquitquit') > at('POST /drain_listeners'));
  assert.equal(said.at(-1), 'none is open any more; Envoy ends');
});

test('an Envoy that is too busy to answer has the connections that it had', async () => {
  const { said } = await drained([7, Number.NaN, Number.NaN, 0], { delayMs: 0, timeoutMs: 60_000 });
  assert.deepEqual(said.slice(1), [
    '7 connections are open; clients are told to end them',
    'none is open any more; Envoy ends',
  ]);
});

test('all of it takes no longer than the timeout, and progress is told', async () => {
  const { told, said } = await drained([3], { delayMs: 5_000, timeoutMs: 30_000 });
  const end = Number(told.at(-1)?.split(' ')[0]);
  assert.ok(end >= 30_000 && end <= 30_500, String(end));
  assert.deepEqual(said.slice(1), [
    '3 connections are open; clients are told to end them',
    '3 connections are open',
    '3 connections are open',
    'time is over: 3 connections are cut; Envoy ends',
  ]);
});

test('connections of clients count once, those of admin and statistics never', () => {
  const stats = [
    'listener.0.0.0.0_8080.downstream_cx_active: 3',
    'listener.0.0.0.0_8080.worker_0.downstream_cx_active: 3',
    'listener.[__]_8443.downstream_cx_active: 4',
    'listener.[__]_8002.downstream_cx_active: 5',
    'listener.admin.downstream_cx_active: 6',
    'listener.admin.main_thread.downstream_cx_active: 6',
    'listener.0.0.0.0_8080.downstream_cx_total: 9',
  ].join('\n');
  assert.equal(openConnections(stats, '[__]_8002'), 7);
  assert.equal(openConnections('', undefined), 0);
});

test('what is no admin interface of an Envoy is not drained', async () => {
  const answers = (body: string, status = 200) =>
    drainEnvoy({
      ...{ adminSocket: '/x.sock', clock: manualClock(), signal: new AbortController().signal },
      ...{ delayMs: 0, timeoutMs: 1, say: () => assert.fail('nothing is done') },
      ask: async () => ({ status, body }),
    });
  for (const answer of [answers('hello'), answers('{}'), answers(listeners, 404)])
    await assert.rejects(answer, { name: 'StartError', message: /^no Envoy answers on \/x\.sock/ });
});
