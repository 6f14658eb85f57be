// The minimum version that the operator sets for all hosts, and hosts that say otherwise.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SecureVersion } from 'node:tls';
import { selfSigned } from '../../src/testing/certificates.ts';
import { documents, secretDocument } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { open } from './kit/connection.ts';
import { tlsRoot } from './kit/objects.ts';

let world: World;
before(async () => {
  const pair = await selfSigned('any.com');
  world = await startWorld({
    flags: ['--tls-minimum-protocol-version=1.3'],
    files: {
      'secret.yaml': secretDocument('pair', pair),
      'hosts.yaml': documents(
        tlsRoot('common.com', { secretName: 'pair' }, 'one'),
        tlsRoot('same.com', { secretName: 'pair', minimumProtocolVersion: '1.3' }, 'one'),
        tlsRoot('older.com', { secretName: 'pair', minimumProtocolVersion: '1.2' }, 'one'),
      ),
    },
  });
});
after(() => world.close());

const cases: readonly (readonly [string, SecureVersion, boolean])[] = [
  ['common.com', 'TLSv1.3', true],
  ['common.com', 'TLSv1.2', false],
  ['same.com', 'TLSv1.3', true],
  ['same.com', 'TLSv1.2', false],
  ['older.com', 'TLSv1.3', true],
  ['older.com', 'TLSv1.2', true],
  ['older.com', 'TLSv1.1', false],
];
for (const [sni, version, expected] of cases) {
  test(`${sni}, ${version}: ${expected ? 'served' : 'refused'}`, async () => {
    const handshake = open({ port: world.ports.https, sni, version });
    if (expected) (await handshake).destroy();
    else await assert.rejects(handshake, /protocol version/i);
  });
}
