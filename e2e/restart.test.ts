// The control plane dies and comes back under traffic: Envoy serves on, and nothing that it has is sent again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { xdsClusterName } from '../src/envoy/xds-cluster.ts';
import { selfSigned } from '../src/testing/certificates.ts';
import { eventually } from '../src/testing/deadline.ts';
import { startLoad } from '../src/testing/load.ts';
import { documents, root, secretDocument } from './kit/manifests.ts';
import { startWorld, type World } from './kit/world.ts';

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

const connected = (value: 0 | 1) =>
  eventually(async () => assert.equal(await stat('control_plane.connected_state'), value));

test('kill -9 and a restart: no request fails, nothing is sent again', async () => {
  const atStart = await received();
  const modified = () =>
    world.envoy().stats('listener_modified$|listener_added$|cluster_(modified|added|removed)$');
  const before = await modified();
  const load = startLoad({ port: world.ports.http, host: 'h7.com', path: '/', connections: 4 });
  await world.contour().end('SIGKILL');
  await connected(0);
  await world.answers({ host: 'h299.com' }, 'one', { within: 0 });
  await world.answers({ host: 'tls.com', tls: { sni: 'tls.com' } }, 'one', { within: 0 });
  world.restartContour();
  await connected(1);
  // This edit goes through the new stream behind whatever else the restart sent.
  await world.write('marker.yaml', documents(root('marker', 'marker.com', { '/': 'one' })));
  await world.answers({ host: 'marker.com' }, 'one');
  assert.deepEqual([...(await load.stop()).keys()], ['200']);
  assert.deepEqual(await modified(), before);
  const again = (await received()) - atStart;
  // One scope and empty answers; all scopes together are more than 300 times a scope.
  assert.ok(atStart > 60_000, `${atStart} bytes at the start`);
  assert.ok(again < 6000, `${again} bytes after the restart`);
});
