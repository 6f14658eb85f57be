// A DNS server that never answers concerns the Services whose names it has, and nobody else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { testAddress } from '../cluster/kit/address.ts';
import { ingress, service } from '../kit/manifests.ts';
import { served } from './manifests.ts';
import { type ExternalWorld, startExternalWorld } from './world.ts';

let backend: Backend;
let world: ExternalWorld;
const silent = served('silent', 'silent.example.com', 80);

before(async () => {
  backend = await startBackend('good', testAddress());
  world = await startExternalWorld({
    manifests: [],
    zones: { 'silent.example.com': 'silent', 'good.example.com': { addresses: [testAddress()] } },
  });
});
after(async () => {
  await world?.close();
  await backend?.close();
});

const others = () => [
  ...service('pods', backend.port, testAddress()),
  ingress('pods', 'pods.test', { '/': 'pods' }),
  ...served('good', 'good.example.com', backend.port),
];
const stat = async (name: string) => (await world.envoy().stats(`^${name}$`)).get(name);
const attempts = () => stat('cluster.e2e_silent_80.update_attempt');
const failures = () => stat('cluster.e2e_silent_80.update_failure');

test('its host answers 503, and no cluster is held back, neither this nor those that come after it', async () => {
  await world.apply(...silent);
  await world.answers('silent.test', 503);
  await eventually(async () => assert.equal(await attempts(), 1));
  assert.equal(await stat('cluster_manager.warming_clusters'), 0);
  await world.apply(...silent, ...others());
  for (const host of ['good.test', 'pods.test']) await world.answers(host, 'good');
  assert.equal(await failures(), 0, 'its first question is still open');
});

test('an Envoy starts and serves all other hosts while its first question is open', async () => {
  await world.restartEnvoy();
  assert.equal(await attempts(), 1);
  assert.equal(await failures(), 0);
  for (const host of ['good.test', 'pods.test']) await world.answers(host, 'good');
  await world.answers('silent.test', 503);
});
