// What a change costs on the wire, in both modes: the names of all that an Envoy is sent.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chainSecretName } from '../../src/envoy/names.ts';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { service } from '../kit/manifests.ts';
import { modes } from './kit/world.ts';

const hosts = Array.from({ length: 100 }, (_, index) => `h${index}.com`);

for (const mode of modes) {
  describe(`--tls-certificates ${mode}`, () => {
    let backend: Backend;
    let world: InProcess;
    before(async () => {
      backend = await startBackend('one');
      const pair = await selfSigned('first');
      world = await startInProcess(
        [
          ...service('one', backend.port),
          ...hosts.flatMap((host) => [secret(host, pair), tlsRoot(host, { secretName: host }, 'one')]),
        ],
        { tlsCertificates: mode },
      );
      for (const host of hosts) await presents(host, 'first');
    });
    after(async () => {
      await world.close();
      await backend.close();
    });

    const presents = (host: string, expected: string) =>
      eventually(async () => {
        const { status, certificate } = await ask({ port: world.https, host, tls: { sni: host } });
        assert.deepEqual([status, certificate], [200, expected]);
      });

    async function sentBy(change: () => Promise<void>): Promise<readonly string[]> {
      const { length } = world.control.sent;
      await change();
      return world.control.sent.slice(length).sort();
    }

    const ofHost = (host: string) => (mode === 'per-host' ? chainSecretName(host) : host);

    test(`a certificate of ${hosts.length}: one resource`, async () => {
      const pair = await selfSigned('second');
      const sent = await sentBy(async () => {
        world.apply(secret('h7.com', pair));
        await presents('h7.com', 'second');
      });
      assert.deepEqual(sent, [`Secret ${ofHost('h7.com')}`]);
    });

    test('one more host: its scopes and certificate, and the listener where each has a chain', async () => {
      const pair = await selfSigned('new');
      const sent = await sentBy(async () => {
        world.apply(secret('new.com', pair), tlsRoot('new.com', { secretName: 'new.com' }, 'one'));
        await presents('new.com', 'new');
        if (mode === 'per-host') await chainIsThere('new.com');
      });
      const scopes = ['http', 'https'].map((scheme) => `ScopedRouteConfiguration ${scheme}/new.com`);
      const certificates = sent.filter((name) => name.startsWith('Secret'));
      const others = sent.filter((name) => !name.startsWith('Secret'));
      assert.deepEqual(others, [...(mode === 'per-host' ? ['Listener ingress_https'] : []), ...scopes]);
      assert.ok(certificates.includes(`Secret ${ofHost('new.com')}`));
      // A handshake before the chain was there asked for it by SNI.
      for (const name of certificates) assert.match(name, /[ .]new\.com$/);
    });

    async function chainIsThere(host: string): Promise<void> {
      const secretsIn = async () =>
        (await world.envoy.admin('/config_dump?resource=dynamic_listeners')).includes(ofHost(host));
      await eventually(async () => assert.ok(await secretsIn()));
      await eventually(() => assert.ok(world.control.sent.includes(`Secret ${ofHost(host)}`)));
    }
  });
}
