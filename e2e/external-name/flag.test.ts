// Who may be reached by an external name is the platform's choice, and only names are ever refused before DNS is asked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { testAddress } from '../cluster/kit/address.ts';
import { ingress, service } from '../kit/manifests.ts';
import { served } from './manifests.ts';
import { allowed, type ExternalWorld, startExternalWorld } from './world.ts';

const refused: Readonly<Record<string, string>> = {
  'node-name': 'LOCALHOST.',
  address: '169.254.169.254',
  short: '127.1',
  hex: '0x7f.1',
  mapped: '::ffff:127.0.0.1',
  cluster: 'web.other.svc.cluster.local',
  metadata: 'metadata.google.internal',
};
let backend: Backend;
let world: ExternalWorld;

before(async () => {
  backend = await startBackend('good', testAddress());
  world = await startExternalWorld({
    zones: { 'api.example.com': { addresses: [testAddress()] } },
    flags: [],
    manifests: objects(),
  });
});
const objects = () => [
  ...service('pods', backend.port, testAddress()),
  ingress('pods', 'pods.test', { '/': 'pods' }),
  ...served('outside', 'api.example.com', backend.port),
  ...Object.entries(refused).flatMap(([name, to]) => served(name, to, backend.port)),
];
after(async () => {
  await world?.close();
  await backend?.close();
});

const codes = async (name: string) => (await world.verdict(name)).problems.map(({ code }) => code);
const sees = (name: string, expected: readonly string[]) =>
  eventually(async () => assert.deepEqual(await codes(name), expected));

test('without the flag the Service is refused, its host answers 503 and the verdict says what to do', async () => {
  const { currentStatus, description } = await world.verdict('outside');
  assert.equal(currentStatus, 'invalid');
  assert.match(description, /have --enable-external-name-service set$/);
  await world.answers('outside.test', 503);
  await world.answers('pods.test', 'good');
  assert.deepEqual(world.dns.asked, []);
});

test('with the flag it is served', async () => {
  await world.restartContour(allowed);
  await sees('outside', []);
  await world.answers('outside.test', 'good');
});

describe('with the flag names of the node, the cluster and metadata services are refused', () => {
  for (const [name, externalName] of Object.entries(refused))
    test(externalName, async () => {
      await sees(name, ['ServiceExternalNameForbidden']);
      await world.answers(`${name}.test`, 503);
    });
});

test("a port of contour's own is refused, whatever the name", async () => {
  await world.apply(...objects(), ...served('ours', 'api.example.com', world.xds));
  await sees('ours', ['ServiceExternalNameForbidden']);
  await world.answers('ours.test', 503);
});

test('only the allowed name was asked for', () => {
  assert.deepEqual([...new Set(world.dns.asked)], ['api.example.com']);
});

test('without the flag again: what was served is not any more, and all else is', async () => {
  await world.restartContour([]);
  await world.answers('outside.test', 503);
  await sees('outside', ['ServiceExternalName']);
  await world.answers('pods.test', 'good');
  await eventually(async () => {
    const clusters = await world.envoy().stats('^cluster\\.e2e_outside_.*\\.membership_total$');
    assert.equal(clusters.size, 0, 'Envoy asks for the name no more');
  });
});
