// The control plane dies and comes back under traffic: Envoy serves on, and nothing that it has is sent again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { xdsClusterName } from '../src/envoy/xds-cluster.ts';
import { selfSigned } from '../src/testing/certificates.ts';
import { eventually } from '../src/testing/deadline.ts';
import { startLoad } from '../src/testing/load.ts';
import { documents, root, secretDocument } from './kit/manifests.ts';
import { startWorld, type World } from './kit/world.ts';

/** Envoy waits longer after each stream that failed or told it nothing; this many show whether ours do. */
const restarts = 4;
const hosts = Array.from({ length: 300 }, (_, index) => `h${index}.com`);
let world: World;
before(async () => {
  const pair = await selfSigned('tls.com');
  world = await startWorld({
    files: {
      'hosts.yaml': documents(...hosts.map((host, index) => root(`h${index}`, host, { '/': 'one' }))),
      'tls.yaml': secretDocument('tls', pair) + documents(root('tls', 'tls.com', { '/': 'one' }, 'tls')),
    },
  });
});
after(() => world.close());

async function stat(name: string): Promise<number> {
  const value = (await world.envoy().stats(`^${name.replaceAll('.', '\\.')}$`)).get(name);
  assert.notEqual(value, undefined, `Envoy has no ${name}`);
  return value ?? 0;
}

/** Bytes that came over the connections to the control plane. */
const received = () => stat(`cluster.${xdsClusterName}.upstream_cx_rx_bytes_total`);

/** What Envoy says that it did to its listeners and clusters. */
const modified = () =>
  world.envoy().stats('listener_modified$|listener_added$|cluster_(modified|added|removed)$');

async function killAndRestart(turn: number): Promise<void> {
  const atStart = await received();
  await world.contour().end('SIGKILL');
  await eventually(async () => assert.equal(await stat('control_plane.connected_state'), 0));
  await world.answers({ host: 'h299.com' }, 'one', { within: 0 });
  await world.answers({ host: 'tls.com', tls: { sni: 'tls.com' } }, 'one', { within: 0 });
  world.restartContour();
  await eventually(async () => assert.ok((await received()) > atStart, 'a new stream'));
  // This edit goes through the new stream behind whatever else the restart sent.
  await world.write('marker.yaml', documents(root('marker', `marker${turn}.com`, { '/': 'one' })));
  await world.answers({ host: `marker${turn}.com` }, 'one');
  // One scope and empty answers; a scope of the marker before is removed.
  const again = (await received()) - atStart;
  assert.ok(again < 1500, `${again} bytes after restart ${turn}`);
}

test(`kill -9 and a restart, ${restarts} times: no request fails, nothing is sent again`, async (t) => {
  assert.ok((await received()) > 60_000, 'what a start takes');
  const before = await modified();
  assert.ok(before.size > 0);
  const load = startLoad({ port: world.ports.http, host: 'h7.com', path: '/', connections: 4 });
  t.after(load.stop);
  for (let turn = 1; turn <= restarts; turn++) await killAndRestart(turn);
  assert.deepEqual([...(await load.stop()).keys()], ['200']);
  assert.deepEqual(await modified(), before);
});
