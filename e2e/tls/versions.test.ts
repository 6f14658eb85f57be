// Clients of TLS 1.1, 1.2 and 1.3, when every host has a filter chain: whom the host or the operator lets in.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SecureVersion } from 'node:tls';
import { selfSigned } from '../../src/testing/certificates.ts';
import { certificateOf, open, request } from '../chains/kit/connection.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import { ingress } from '../kit/manifests.ts';
import type { World } from '../kit/world.ts';
import { served, startMode } from './kit/world.ts';

const all: readonly SecureVersion[] = ['TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** Of the hosts, by their first label. */
const minimum: ReadonlyMap<string, string | undefined> = new Map([
  ['old.com', '1.1'],
  ['rsa.com', '1.1'],
  ['middle.com', '1.2'],
  ['new.com', '1.3'],
  ['usual.com', undefined],
]);

for (const usual of ['1.2', '1.3']) {
  describe(`per-host, --tls-minimum-protocol-version ${usual}`, () => {
    let world: World;
    before(async () => {
      const tls = [{ hosts: ['*.wild.com'], secretName: 'ec' }];
      const hosts = [...minimum].map(([host, version]) => {
        const secretName = host === 'rsa.com' ? 'rsa' : 'ec';
        return tlsRoot(host, { secretName, ...(version && { minimumProtocolVersion: version }) }, 'one');
      });
      world = await startMode(
        'per-host',
        [
          secret('ec', await selfSigned('ec')),
          secret('rsa', await selfSigned('rsa', { keyType: 'rsa' })),
          ingress('wild', '*.wild.com', { '/': 'one' }, { tls }),
          ...hosts,
        ],
        [`--tls-minimum-protocol-version=${usual}`],
      );
      await served(world, ...minimum.keys(), 'x.wild.com');
    });
    after(() => world.close());

    for (const [host, version = usual] of [...minimum, ['x.wild.com', undefined] as const]) {
      for (const client of all) {
        const accepted = client >= `TLSv${version}`;
        test(`${host}, ${client}: ${accepted ? 'served' : 'refused'}`, async () => {
          const handshake = open({ port: world.ports.https, sni: host, version: client });
          if (!accepted) {
            await assert.rejects(handshake, /protocol version/i);
            return;
          }
          const socket = await handshake;
          assert.equal(socket.getProtocol(), client);
          assert.equal(certificateOf(socket), host === 'rsa.com' ? 'rsa' : 'ec');
          assert.match(await request(socket, host), /^HTTP\/1.1 200/);
          socket.destroy();
        });
      }
    }

    test('the name with a dot at its end or in upper case is no way around', async () => {
      const port = world.ports.https;
      await assert.rejects(
        open({ port, sni: 'new.com.', version: 'TLSv1.2' }),
        /handshake failure|protocol version/i,
      );
      await assert.rejects(open({ port, sni: 'NEW.com', version: 'TLSv1.2' }), /protocol version/i);
    });
  });
}
