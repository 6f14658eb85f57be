// --use-proxy-protocol: the address in the header is the client's, on both listeners; without a header nobody is served.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { ask } from '../../src/testing/http-client.ts';
import { documents, root, secretDocument } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { echoIn, exchange, get } from './raw.ts';

let world: World;
before(async () => {
  world = await startWorld({
    files: {
      'hosts.yaml': documents(root('a', 'a.com', { '/': 'one' }), root('t', 't.com', { '/': 'one' }, 'pair')),
      'pair.yaml': secretDocument('pair', await selfSigned('t.com')),
    },
    flags: ['--use-proxy-protocol'],
  });
});
after(() => world?.close());

/** Version 2: `family` and addresses with ports as bytes; command 1 proxies, 0 is the proxy's own connection. */
const second = (command: number, family: number, addresses: readonly number[]): Buffer =>
  Buffer.from([
    ...Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'),
    ...[0x20 | command, family, addresses.length >> 8, addresses.length & 0xff],
    ...addresses,
  ]);
const from4 = [203, 0, 113, 9, 127, 0, 0, 1, 0x10, 0x00, 0x00, 0x50];
const from6 = [
  ...[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9],
  ...[...Array(15).fill(0), 1, 0x10, 0x00, 0x00, 0x50],
];

const accepted = [
  { name: 'version 1, IPv4', preface: 'PROXY TCP4 203.0.113.9 127.0.0.1 4096 80\r\n', client: '203.0.113.9' },
  { name: 'version 1, IPv6', preface: 'PROXY TCP6 2001:db8::9 ::1 4096 80\r\n', client: '2001:db8::9' },
  { name: 'version 2, IPv4', preface: second(1, 0x11, from4), client: '203.0.113.9' },
  { name: 'version 2, IPv6', preface: second(1, 0x21, from6), client: '2001:db8::9' },
];
/** The proxy speaks for itself, such as for a health check: it is the client. */
const ofProxy = [
  { name: 'version 1, UNKNOWN', preface: 'PROXY UNKNOWN\r\n' },
  { name: 'version 2, LOCAL', preface: second(0, 0x00, []) },
];
const refused = [
  { name: 'no header', preface: '' },
  { name: 'a header of another form', preface: 'PROXY TCP4 203.0.113.9\r\n' },
  { name: 'an address that is none', preface: 'PROXY TCP4 999.0.113.9 127.0.0.1 4096 80\r\n' },
];

const listeners = [
  { listener: 'HTTP', host: 'a.com', where: () => ({ port: world.ports.http }) },
  { listener: 'HTTPS', host: 't.com', where: () => ({ port: world.ports.https, sni: 't.com' }) },
];
for (const { listener, host, where } of listeners)
  describe(listener, { concurrency: true }, () => {
    const send = (preface: string | Uint8Array, ...headers: readonly string[]) =>
      exchange({ ...where(), preface: Buffer.from(preface), request: get(host, '/', ...headers) });

    for (const { name, preface, client } of accepted)
      test(`${name}: the client is ${client}`, async () => {
        const { headers } = echoIn(await send(preface));
        assert.equal(headers['x-forwarded-for'], client);
        assert.equal(headers['x-envoy-external-address'], client);
        assert.equal(headers['x-forwarded-proto'], listener.toLowerCase());
      });

    for (const { name, preface } of ofProxy)
      test(`${name}: the client is the proxy`, async () => {
        assert.equal(echoIn(await send(preface)).headers['x-envoy-external-address'], '127.0.0.1');
      });

    for (const { name, preface } of refused)
      test(`${name} is refused without an answer`, async () => {
        assert.equal(await send(preface), '');
      });

    test('what the client says comes before the address of the header', async () => {
      const { headers } = echoIn(
        await send('PROXY TCP4 203.0.113.9 127.0.0.1 4096 80\r\n', 'X-Forwarded-For: 6.6.6.6'),
      );
      assert.equal(headers['x-forwarded-for'], '6.6.6.6,203.0.113.9');
      assert.equal(headers['x-envoy-external-address'], '203.0.113.9');
    });
  });

test('probes and scrapes need no header', async () => {
  assert.equal((await ask({ port: world.ports.stats, host: 'stats', path: '/ready' })).status, 200);
});
