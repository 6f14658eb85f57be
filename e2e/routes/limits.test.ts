// How long a silent Service is waited for, and how much it is asked at once.
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { backing, closed, root, routeTo } from './kit.ts';

const host = 'limits.test';
/** Requests that were not answered yet. */
const held: ServerResponse[] = [];
const server = createServer((_, response) => void held.push(response));
const answerAll = () => {
  for (const response of held.splice(0)) response.end('at last');
};

const timed = (name: string, request?: string) =>
  routeTo(`/${name}`, 'silent', {}, request === undefined ? {} : { timeoutPolicy: { request } });

let world: InProcess;
before(async () => {
  const port = await listen(server);
  world = await startInProcess([
    ...backing('silent', [port]),
    ...backing('connections', [port], { 'max-connections': '1', 'max-pending-requests': '1' }),
    ...backing('requests', [port], { 'max-requests': '1' }),
    root('limits', host, [
      timed('default'),
      timed('zero', '0s'),
      timed('infinity', 'infinity'),
      timed('unreadable', 'soon'),
      routeTo('/connections', 'connections'),
      routeTo('/requests', 'requests'),
    ]),
  ]);
});
after(async () => {
  await world?.close();
  await closed(server);
});

const get = (path: string) => ask({ port: world.port, host, path });

test('15 s unless the route says otherwise; what can not be read is no limit', async () => {
  const limited = Promise.all(['/default', '/zero'].map(get));
  const unlimited = Promise.all(['/infinity', '/unreadable'].map(get));
  assert.deepEqual(
    (await limited).map(({ status }) => status),
    [504, 504],
  );
  answerAll();
  assert.deepEqual(
    (await unlimited).map(({ status }) => status),
    [200, 200],
  );
});

const limits = [
  { path: '/connections', served: 2, what: 'one connection, and one request that waits for it' },
  { path: '/requests', served: 1, what: 'one request' },
];
describe('of six requests at a time the others are answered 503 without waiting', () => {
  for (const { path, served, what } of limits)
    test(what, async () => {
      // Until its connection stands, a request counts as one that waits.
      const first = get(path);
      await eventually(() => assert.equal(held.length, 1));
      const all = [first, ...Array.from({ length: 5 }, () => get(path))];
      const overflows: unknown[] = [];
      for (const one of all)
        void one.then(({ status, headers }) => {
          if (status === 503) overflows.push(headers['x-envoy-overloaded']);
        });
      await eventually(() => assert.deepEqual(overflows, Array(6 - served).fill('true')));
      let done = false;
      const answers = Promise.all(all).finally(() => {
        done = true;
      });
      // The one that waits comes when the first has its answer.
      await eventually(() => {
        answerAll();
        assert.ok(done);
      });
      assert.equal((await answers).filter(({ status }) => status === 200).length, served);
    });
});
