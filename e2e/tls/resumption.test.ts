// Clients that come again with the session of their last connection: in which mode, version and case it is taken.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SecureVersion } from 'node:tls';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Client, certificateOf, open, request } from '../chains/kit/connection.ts';
import { secret, tcpRoot, tlsRoot } from '../chains/kit/objects.ts';
import { documents, ingress } from '../kit/manifests.ts';
import type { World } from '../kit/world.ts';
import { chainsOf, modes, served, startMode } from './kit/world.ts';

const versions: readonly SecureVersion[] = ['TLSv1.2', 'TLSv1.3'];

for (const mode of modes) {
  describe(`--tls-certificates ${mode}`, () => {
    let world: World;
    before(async () => {
      const pair = await selfSigned('a.com', { names: ['a.com', '*.wild.com'] });
      const tls = [{ hosts: ['*.wild.com'], secretName: 'pair' }];
      world = await startMode(mode, [
        secret('pair', pair),
        tlsRoot('a.com', { secretName: 'pair' }, 'one'),
        tlsRoot('own.com', { secretName: 'pair', minimumProtocolVersion: '1.1' }, 'one'),
        tlsRoot('rotates.com', { secretName: 'rotates' }, 'one'),
        tcpRoot('tcp.com', { secretName: 'pair' }, 'one'),
        ingress('wild', '*.wild.com', { '/': 'one' }, { tls }),
      ]);
      await world.write('rotates.yaml', documents(secret('rotates', pair)));
      await served(world, 'a.com', 'own.com', 'rotates.com', 'x.wild.com');
    });
    after(() => world.close());

    /** What a client has when its first connection is over. */
    async function visit(client: Omit<Client, 'port'>) {
      const socket = await open({ ...client, port: world.ports.https });
      let session: Buffer | undefined = socket.getSession();
      socket.on('session', (later: Buffer) => {
        session = later;
      });
      assert.match(await request(socket, client.sni), /^HTTP\/1.1 200/);
      const visited = { reused: socket.isSessionReused(), session, certificate: certificateOf(socket) };
      socket.destroy();
      return visited;
    }

    async function comesAgain(sni: string, version: SecureVersion): Promise<boolean> {
      const { session, reused } = await visit({ sni, version });
      assert.equal(reused, false);
      return (await visit({ sni, version, ...(session && { session }) })).reused;
    }

    const resumed = [
      { sni: 'a.com', expected: mode === 'per-host' },
      { sni: 'own.com', expected: true },
      { sni: 'tcp.com', expected: true },
      { sni: 'x.wild.com', expected: false },
    ];
    for (const version of versions) {
      for (const { sni, expected } of resumed) {
        test(`${sni}, ${version}: ${expected ? 'resumed' : 'a full handshake each time'}`, async () => {
          assert.equal(await comesAgain(sni, version), expected);
        });
      }
    }

    if (mode === 'on-demand') return;

    const chains = ['a.com', 'own.com', 'rotates.com', 'tcp.com'];

    for (const version of versions) {
      test(`${version}: a host that is added ends no session of another`, async () => {
        const { session } = await visit({ sni: 'a.com', version });
        assert.ok(session);
        const host = `later${version.toLowerCase()}.com`;
        await world.write(`${host}.yaml`, documents(tlsRoot(host, { secretName: 'pair' }, 'one')));
        await served(world, host);
        await chainsOf(world, ...chains, host);
        chains.push(host);
        assert.equal((await visit({ sni: 'a.com', version, session })).reused, true);
      });

      test(`${version}: a session ends with the certificate`, async () => {
        const { session } = await visit({ sni: 'rotates.com', version });
        const name = `renewed${version.toLowerCase()}.com`;
        const pair = await selfSigned(name, { names: ['rotates.com'] });
        await world.write('rotates.yaml', documents(secret('rotates', pair)));
        const renewed = await eventually(async () => {
          const visited = await visit({ sni: 'rotates.com', version, ...(session && { session }) });
          assert.equal(visited.certificate, name);
          return visited;
        });
        assert.equal(renewed.reused, false);
      });

      test(`${version}: the session of one host opens no other`, async () => {
        const { session } = await visit({ sni: 'a.com', version });
        assert.ok(session);
        assert.equal((await visit({ sni: 'rotates.com', version, session })).reused, false);
      });
    }
  });
}
