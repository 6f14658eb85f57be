// A control plane that takes the place of another sends nothing that Envoy has, of any type, however often, while
// requests are served.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type Backend, startBackend } from '../src/testing/backends.ts';
import { selfSigned } from '../src/testing/certificates.ts';
import { eventually } from '../src/testing/deadline.ts';
import { ask, echoOf } from '../src/testing/http-client.ts';
import { startLoad } from '../src/testing/load.ts';
import { tlsSecret } from '../src/testing/tls-secret.ts';
import type { ControlPlane } from './kit/control-plane.ts';
import { type InProcess, startInProcess } from './kit/in-process.ts';
import { ingress, type Manifest, root, service } from './kit/manifests.ts';

const restarts = 10;
let backend: Backend;
let objects: readonly Manifest[];
let world: InProcess;
before(async () => {
  backend = await startBackend('one');
  const pair = await selfSigned('tls.com', { names: ['tls.com', '*.wild.com'] });
  const tls = [{ hosts: ['*.wild.com'], secretName: 'tls' }];
  objects = [
    ...service('one', backend.port),
    parse(tlsSecret('e2e', 'tls', pair)),
    root('tls', 'tls.com', { '/': 'one' }, 'tls'),
    ingress('wild', '*.wild.com', { '/': 'one' }, { tls }),
    ...Array.from({ length: 600 }, (_, index) => root(`h${index}`, `h${index}.com`, { '/': 'one' })),
  ];
  world = await startInProcess(objects);
});
after(async () => {
  await world.close();
  await backend.close();
});

const served = async (host: string) =>
  assert.equal(echoOf(await ask({ port: world.https, host, tls: { sni: host } })).backend, 'one');

/** A change of one host reaches Envoy behind everything else; its scope is all that was sent. */
async function sendsOnlyWhatChanges({ acked, apply, sent }: ControlPlane, path: string): Promise<void> {
  await eventually(() => assert.ok(acked() > 0, 'Envoy is back'));
  const before = acked();
  apply(root('h0', 'h0.com', { '/': 'one', [path]: 'one' }));
  await eventually(() => assert.ok(sent.length > 0 && acked() > before));
  await served('tls.com');
  await served('x.wild.com');
  assert.deepEqual(sent, ['ScopedRouteConfiguration http/h0.com']);
}

test(`${restarts} restarts: nothing is sent but what changes, no request fails`, async (t) => {
  await served('tls.com');
  await served('x.wild.com');
  const load = startLoad({ port: world.port, host: 'h7.com', path: '/', connections: 4 });
  t.after(load.stop);
  let before = objects;
  for (let turn = 1; turn <= restarts; turn++) {
    const path = `/turn${turn}`;
    await sendsOnlyWhatChanges(await world.restart(before), path);
    before = [...objects, root('h0', 'h0.com', { '/': 'one', [path]: 'one' })];
  }
  assert.deepEqual([...(await load.stop()).keys()], ['200']);
});
