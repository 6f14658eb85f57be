// A certificate is renewed under load, again and again: no connection ends, no request fails, and new connections get
// the new one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { certificateOf, echoes, open, read, startEcho } from '../chains/kit/connection.ts';
import { secret, tcpRoot, tlsRoot } from '../chains/kit/objects.ts';
import { documents, service } from '../kit/manifests.ts';
import type { World } from '../kit/world.ts';
import { startTraffic } from './kit/traffic.ts';
import { chainsOf, listenerUpdates, modes, served, startMode } from './kit/world.ts';

const renewals = 5;
const host = 'rotates.com';

const cases = [
  ...modes.map((mode) => ({ mode, own: {} })),
  // A chain of its own among those of all others.
  { mode: 'on-demand', own: { minimumProtocolVersion: '1.3' } },
] as const;

for (const { mode, own } of cases) {
  describe(`--tls-certificates ${mode} ${Object.values(own).join('')}`.trim(), () => {
    let world: World;
    before(async () => {
      world = await startMode(mode, [
        tlsRoot(host, { secretName: 'rotates', ...own }, 'one'),
        secret('other', await selfSigned('other.com')),
        tlsRoot('other.com', { secretName: 'other' }, 'one'),
      ]);
      await renew('first');
      await served(world, host, 'other.com');
    });
    after(() => world.close());

    const renew = async (name: string) =>
      world.write('rotates.yaml', documents(secret('rotates', await selfSigned(name, { names: [host] }))));

    test(`${renewals} renewals under load`, async (t) => {
      const updates = await listenerUpdates(world);
      const traffic = await startTraffic({ port: world.ports.https, host, open: 4, visitors: 2 });
      t.after(traffic.stop);
      const names = Array.from({ length: renewals }, (_, index) => `renewal${index}`);
      for (const name of names) {
        const { requests } = traffic;
        await eventually(() => assert.ok(traffic.requests > requests + 50));
        await renew(name);
        await eventually(() => assert.ok(traffic.certificates.every((given) => given.at(-1) === name)));
      }
      const { requests } = traffic;
      await eventually(() => assert.ok(traffic.requests > requests + 50));
      assert.equal(await traffic.stop(), 4, 'connections that stayed');
      assert.deepEqual(traffic.failures, []);
      for (const given of traffic.certificates) assert.deepEqual(given, ['first', ...names]);
      assert.equal(await listenerUpdates(world), updates, 'no listener changed');
    });

    test('one that cannot be used takes no open connection, and the next good one is served', async () => {
      const socket = await open({ port: world.ports.https, sni: host });
      const { certificate } = await selfSigned('half', { names: [host] });
      const { key } = await selfSigned('other half', { names: [host] });
      await world.write('rotates.yaml', documents(secret('rotates', { certificate, key })));
      await eventually(() => assert.rejects(open({ port: world.ports.https, sni: host })));
      await served(world, 'other.com');
      await renew('healed');
      await served(world, host);
      assert.equal((await world.ask({ host, tls: { sni: host } })).certificate, 'healed');
      socket.destroy();
    });
  });
}

for (const mode of modes)
  test(`${mode}: a connection that is handed on survives the renewal, and its host presents the new one`, async (t) => {
    const echo = await startEcho('echo');
    t.after(echo.close);
    const pairs = await Promise.all(['old', 'new'].map((name) => selfSigned(name, { names: ['tcp.com'] })));
    const [old, next] = pairs;
    assert.ok(old && next);
    const world = await startMode(mode, [
      ...service('echo', echo.port),
      tcpRoot('tcp.com', { secretName: 'tcp' }, 'echo'),
    ]);
    t.after(world.close);
    await world.write('tcp.yaml', documents(secret('tcp', old)));
    await chainsOf(world, 'tcp.com');
    const connect = () => open({ port: world.ports.https, sni: 'tcp.com' });
    const socket = await eventually(connect);
    assert.equal(await read(socket), 'echo');
    const updates = await listenerUpdates(world);
    await world.write('tcp.yaml', documents(secret('tcp', next)));
    await eventually(async () => {
      const later = await connect();
      const certificate = certificateOf(later);
      later.destroy();
      assert.equal(certificate, 'new');
    });
    assert.equal(await echoes(socket), true);
    assert.equal(await listenerUpdates(world), updates);
    socket.destroy();
  });
