// The example of the docs with its external name in reach: examples/ingressroute/external-name.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { testAddress } from '../cluster/kit/address.ts';
import { within } from '../cluster/kit/manifests.ts';
import { outcome } from '../kit/entrance.ts';
import { service } from '../kit/manifests.ts';
import { type ExternalWorld, startExternalWorld } from './world.ts';

const folder = join(import.meta.dirname, '../../examples/ingressroute/external-name');

let backends: readonly Backend[] = [];
let world: ExternalWorld;
before(async () => {
  const [web, docs] = await Promise.all(['web', 'docs'].map((name) => startBackend(name, testAddress())));
  assert.ok(web && docs);
  backends = [web, docs];
  /** The internet's port 80 is another one here. */
  const example = async (file: string, port: string) => {
    const text = await readFile(join(folder, file), 'utf8');
    assert.ok(text.includes(port));
    return parse(text.replace(port, port.replace('80', `${docs.port}`)));
  };
  world = await startExternalWorld({
    zones: { 'docs.example.com': { addresses: [testAddress()] } },
    manifests: [
      await example('docs.yaml', 'port: 80'),
      await example('shop.yaml', '{ name: docs, port: 80 }'),
      ...within('default', ...service('web', web.port, testAddress())),
    ],
  });
});
after(async () => {
  await world?.close();
  await Promise.all(backends.map((backend) => backend.close()));
});

for (const [path, backend] of [
  ['/', 'web'],
  ['/docs', 'docs'],
] as const)
  test(`${path} is answered by ${backend}`, () =>
    eventually(async () => assert.equal(outcome(await world.ask('shop.localhost', path)), backend)));
