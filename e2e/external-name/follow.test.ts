// A Service that is a name in DNS is where DNS says, from one answer to the next.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { echoOf } from '../../src/testing/http-client.ts';
import { testAddress } from '../cluster/kit/address.ts';
import { served } from './manifests.ts';
import { type ExternalWorld, startExternalWorld } from './world.ts';

const address = testAddress();
/** Of a network for documents: nobody answers there. */
const nowhere = '198.51.100.1';
let good: Backend;
let world: ExternalWorld;

before(async () => {
  good = await startBackend('good', address);
  world = await startExternalWorld({
    zones: {
      'api.example.com': { addresses: [address] },
      'alias.example.com': { alias: 'behind.example.com' },
      'behind.example.com': { addresses: [address] },
      'inward.example.com': { alias: 'web.shop.svc.cluster.local' },
      'web.shop.svc.cluster.local': { addresses: [address] },
    },
    manifests: [
      ...served('plain', 'API.Example.com.', good.port),
      ...served('alias', 'alias.example.com', good.port),
      ...served('inward', 'inward.example.com', good.port),
      ...served('late', 'late.example.com', good.port),
    ],
  });
});
after(async () => {
  await world?.close();
  await good?.close();
});

test('requests go to the address of the name, with the Host of the client, without its port', async () => {
  await world.answers('plain.test', 'good');
  const { host, path } = echoOf(await world.ask('plain.test:8080', '/x?y'));
  assert.deepEqual({ host, path }, { host: 'plain.test', path: '/x?y' });
});

test('another answer is followed, and the name is asked for as it is, never below a search domain', async () => {
  world.dns.set('api.example.com', { addresses: [nowhere] });
  await world.answers('plain.test', 503);
  world.dns.set('api.example.com', { addresses: [address] });
  await world.answers('plain.test', 'good');
  const names = new Set(world.dns.asked.filter((name) => name.startsWith('api.')));
  assert.deepEqual([...names], ['api.example.com']);
});

test('a name that is gone answers 503, and serves again when it is back', async () => {
  world.dns.set('api.example.com', undefined);
  await world.answers('plain.test', 503);
  world.dns.set('api.example.com', { addresses: [address] });
  await world.answers('plain.test', 'good');
});

test('a name without addresses answers 503', async () => {
  world.dns.set('api.example.com', { addresses: [] });
  await world.answers('plain.test', 503);
  world.dns.set('api.example.com', { addresses: [address] });
  await world.answers('plain.test', 'good');
});

test('while DNS fails the last answer is used', async () => {
  const failures = async () => {
    const name = `cluster.e2e_plain_${good.port}.update_failure`;
    return (await world.envoy().stats(`^${name}$`)).get(name) ?? 0;
  };
  await world.answers('plain.test', 'good');
  world.dns.set('api.example.com', 'failing');
  await eventually(async () => assert.ok((await failures()) > 1));
  assert.equal(echoOf(await world.ask('plain.test')).backend, 'good');
});

test('a name that did not exist at the start serves from when it does', async () => {
  await world.answers('late.test', 503);
  world.dns.set('late.example.com', { addresses: [address] });
  await world.answers('late.test', 'good');
});

test('an alias is followed', async () => {
  await world.answers('alias.test', 'good');
});

test('an alias for a name of the cluster is followed, too: the name of the Service is the only one that is looked at', async () => {
  await world.answers('inward.test', 'good');
});
