// --num-trusted-hops: which address is the client's, who is believed about the scheme, and what the log says.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { echoOf } from '../../src/testing/http-client.ts';
import { documents, root } from '../kit/manifests.ts';
import { startWorld } from '../kit/world.ts';
import { fieldsOf } from './log-line.ts';

const peer = '127.0.0.1';
const three = '6.6.6.6, 5.5.5.5, 4.4.4.4';

/** `client` by `sent`, the X-Forwarded-For of the request. */
const cases = [
  {
    hops: 0,
    clients: [
      { sent: undefined, client: peer },
      { sent: three, client: peer },
      { sent: '10.0.0.1', client: peer },
      { sent: 'nonsense', client: peer },
    ],
    scheme: 'http',
  },
  {
    hops: 1,
    clients: [
      { sent: undefined, client: peer },
      { sent: three, client: '4.4.4.4' },
      { sent: '10.0.0.1', client: '10.0.0.1' },
      { sent: '6.6.6.6, nonsense', client: peer },
    ],
    scheme: 'https',
  },
  {
    hops: 2,
    clients: [
      { sent: undefined, client: peer },
      { sent: '4.4.4.4', client: peer },
      { sent: three, client: '5.5.5.5' },
      { sent: '2001:db8::1, 4.4.4.4', client: '2001:db8::1' },
    ],
    scheme: 'https',
  },
];

for (const { hops, clients, scheme } of cases)
  test(`${hops} trusted hops`, async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'client-address-'));
    const log = join(directory, 'log');
    const world = await startWorld({
      files: { 'a.yaml': documents(root('a', 'a.com', { '/': 'one' })) },
      flags: [`--num-trusted-hops=${hops}`, `--envoy-http-access-log=${log}`],
    });
    try {
      for (const { sent, client } of clients)
        await t.test(`X-Forwarded-For ${sent}: the client is ${client}`, async () => {
          const forwarded = sent === undefined ? {} : { 'x-forwarded-for': sent };
          const answer = await world.ask({
            host: 'a.com',
            headers: { ...forwarded, 'x-forwarded-proto': 'https', 'x-envoy-external-address': '9.9.9.9' },
          });
          const { headers } = echoOf(answer);
          assert.equal(headers['x-envoy-external-address'], client);
          assert.equal(headers['x-forwarded-proto'], scheme);
          const appended = String(headers['x-forwarded-for']);
          // Envoy writes the machine's own address for a client on loopback.
          assert.match(appended, sent === undefined ? /^[^,]+$/ : new RegExp(`^${sent},[^,]+$`));
        });
      await t.test('x-envoy-* of a client are not honoured, be its address private', async () => {
        const answer = await world.ask({
          host: 'a.com',
          headers: { 'x-forwarded-for': '10.0.0.1, 10.0.0.1', 'x-envoy-upstream-rq-timeout-ms': '7' },
        });
        assert.equal(echoOf(answer).headers['x-envoy-expected-rq-timeout-ms'], '15000');
      });
      await world.envoy().stop(); // It writes what it has.
      const logged = (await fieldsOf(await readFile(log, 'utf8'))).map(({ client }) => client);
      assert.deepEqual(
        logged.slice(0, -1),
        clients.map(({ client }) => client),
      );
    } finally {
      await world.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
