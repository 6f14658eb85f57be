// Whatever DNS says, requests don't reach this host, the link or a metadata service by the name of a tenant.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { listen } from '../../src/testing/ports.ts';
import { testAddress } from '../cluster/kit/address.ts';
import { outcome } from '../kit/entrance.ts';
import { external, hostOf, served } from './manifests.ts';
import { type ExternalWorld, startExternalWorld } from './world.ts';

const address = testAddress();
const refused = [
  ...['127.0.0.1', '127.8.8.8', '0.0.0.0', '0.1.2.3', '169.254.169.254', '169.254.0.23'],
  ...['100.100.100.200', '168.63.129.16', '192.0.0.192'],
  ...['::1', '::', '::127.0.0.1', 'fe80::1', 'febf::1', 'fd00:ec2::254', 'fd20:ce::254'],
  ...['::ffff:127.0.0.1', `::ffff:${address}`, '::ffff:169.254.169.254'],
  ...['64:ff9b::127.0.0.1', '64:ff9b::169.254.169.254'],
];
const protocols = ['tls', 'h2', 'h2c'];
let good: Backend;
let world: ExternalWorld;
let trap: Server;
let trapped = 0;

before(async () => {
  good = await startBackend('good', address);
  trap = createServer((socket) => {
    trapped += 1;
    socket.destroy();
  });
  await listen(trap, good.port, '127.0.0.1');
  world = await startExternalWorld({
    zones: {
      ...Object.fromEntries(refused.map((to, index) => [`to-${index}.example.com`, { addresses: [to] }])),
      'turns.example.com': { addresses: [address] },
      'mixed.example.com': { addresses: [address, '127.0.0.1'] },
    },
    manifests: [
      ...refused.flatMap((_, index) => served(`to-${index}`, `to-${index}.example.com`, good.port)),
      ...protocols.flatMap((protocol) => [
        external(protocol, 'to-0.example.com', good.port, {
          [`upstream-protocol.${protocol}`]: `${good.port}`,
        }),
        hostOf(protocol, good.port),
      ]),
      ...served('turns', 'turns.example.com', good.port),
      ...served('mixed', 'mixed.example.com', good.port),
    ],
  });
});
after(async () => {
  await world?.close();
  await good?.close();
  trap?.close();
});

describe('a name with a refused address answers 403', () => {
  for (const [index, to] of refused.entries()) test(to, () => world.answers(`to-${index}.test`, 403));
  for (const protocol of protocols) test(`by ${protocol}`, () => world.answers(`${protocol}.test`, 403));
});

test('a name that turns to this host is refused from then on, and serves when it turns back', async () => {
  const { dns, answers } = world;
  await answers('turns.test', 'good');
  dns.set('turns.example.com', { addresses: ['127.0.0.1'] });
  await answers('turns.test', 403);
  dns.set('turns.example.com', { alias: 'to-0.example.com' });
  await answers('turns.test', 403);
  dns.set('turns.example.com', { addresses: [address] });
  await answers('turns.test', 'good');
});

test('of several addresses the refused ones answer 403 for their share', async () => {
  await eventually(async () => {
    const seen = new Set<string | number>();
    for (let index = 0; index < 10; index++) seen.add(outcome(await world.ask('mixed.test')));
    assert.deepEqual([...seen].sort(), [403, 'good']);
  });
});

test('nothing of all this has connected to this host', () => assert.equal(trapped, 0));
