// A certificate of one namespace for the hosts of others: granted, withdrawn, renewed, in both modes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import type { KeyPair } from '../../src/testing/objects.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import { documents, type Manifest } from '../kit/manifests.ts';
import type { World } from '../kit/world.ts';
import { modes, served, startMode } from './kit/world.ts';

const delegation = (...targetNamespaces: readonly string[]): Manifest => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'TLSCertificateDelegation',
  metadata: { namespace: 'certificates', name: 'shared' },
  spec: { delegations: [{ secretName: 'shared', targetNamespaces }] },
});

const shared = (pair: KeyPair): Manifest => ({
  ...secret('shared', pair),
  metadata: { namespace: 'certificates', name: 'shared' },
});

for (const mode of modes) {
  describe(`--tls-certificates ${mode}`, () => {
    let world: World;
    before(async () => {
      world = await startMode(mode, [
        secret('own', await selfSigned('own.com')),
        tlsRoot('own.com', { secretName: 'own' }, 'one'),
        tlsRoot('a.com', { secretName: 'certificates/shared' }, 'one'),
        tlsRoot('b.com', { secretName: 'certificates/shared' }, 'one'),
        tlsRoot('c.com', { secretName: 'certificates/secret' }, 'one'),
      ]);
      await world.write('secret.yaml', documents(shared(await selfSigned('first'))));
    });
    after(() => world.close());

    const certificateOf = async (host: string) => (await world.ask({ host, tls: { sni: host } })).certificate;

    async function notServed(...hosts: readonly string[]): Promise<void> {
      for (const host of hosts) {
        await eventually(() => assert.rejects(world.ask({ host, tls: { sni: host } }), /handshake failure/i));
        await world.answers({ host }, 404);
      }
    }

    test('without a delegation nothing is served, not even in clear', async () => {
      await served(world, 'own.com');
      await notServed('a.com', 'b.com', 'c.com');
    });

    test('with one, its hosts are, and no other Secret is reached', async () => {
      await world.write('delegation.yaml', documents(delegation('elsewhere', 'e2e')));
      await served(world, 'a.com', 'b.com');
      assert.equal(await certificateOf('a.com'), 'first');
      await notServed('c.com');
    });

    test('renewed, all of them present the new one', async () => {
      await world.write('secret.yaml', documents(shared(await selfSigned('second'))));
      for (const host of ['a.com', 'b.com'])
        await eventually(async () => assert.equal(await certificateOf(host), 'second'));
    });

    test('withdrawn, they are served no more, and the other host is', async () => {
      await world.write('delegation.yaml', documents(delegation('elsewhere')));
      await notServed('a.com', 'b.com');
      await served(world, 'own.com');
    });
  });
}
