// The operator goes from one mode to the other and back, under a running Envoy: no handshake fails.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import { documents } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { startTraffic } from './kit/traffic.ts';
import { chainsOf, type Mode, served } from './kit/world.ts';

const hosts = Array.from({ length: 200 }, (_, index) => `h${index}.com`);
const strict = 'strict.com';
let directory: string;
let world: World;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contour-mode-'));
  await configure('on-demand');
  const objects = [
    secret('pair', await selfSigned('any.com')),
    tlsRoot(strict, { secretName: 'pair', minimumProtocolVersion: '1.3' }, 'one'),
    ...hosts.map((host) => tlsRoot(host, { secretName: 'pair' }, 'one')),
  ];
  world = await startWorld({
    files: { 'hosts.yaml': documents(...objects) },
    flags: [`--config-path=${join(directory, 'contour.yaml')}`],
  });
  await served(world, strict, ...hosts);
});
after(async () => {
  await world.close();
  await rm(directory, { recursive: true });
});

const configure = (mode: Mode) => writeFile(join(directory, 'contour.yaml'), `tls-certificates: ${mode}\n`);

const turns = [
  { mode: 'per-host', chains: [...hosts, strict] },
  { mode: 'on-demand', chains: [strict] },
  { mode: 'per-host', chains: [...hosts, strict] },
] as const;
for (const { mode, chains } of turns) {
  test(`to ${mode}`, async (t) => {
    const port = world.ports.https;
    const traffic = await Promise.all(
      ['h0.com', 'h150.com', strict].map((host) => startTraffic({ port, host, open: 0, visitors: 1 })),
    );
    t.after(() => Promise.all(traffic.map(({ stop }) => stop())));
    await world.contour().end('SIGTERM');
    await configure(mode);
    world.restartContour();
    await chainsOf(world, ...chains);
    await served(world, strict, ...hosts);
    const counts = traffic.map(({ requests }) => requests);
    await eventually(() =>
      assert.ok(traffic.every(({ requests }, index) => requests > (counts[index] ?? 0) + 5)),
    );
    for (const { failures } of traffic) assert.deepEqual(failures, []);
  });
}
