// The minimum version that the operator sets for all hosts, and hosts that say otherwise.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SecureVersion } from 'node:tls';
import { selfSigned } from '../../src/testing/certificates.ts';
import { documents, secretDocument } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';
import { open } from './kit/connection.ts';
import { tlsRoot } from './kit/objects.ts';

type Case = readonly [sni: string, version: SecureVersion, served: boolean];

const cases: Readonly<Record<string, readonly Case[]>> = {
  '1.1': [
    ['common.com', 'TLSv1', false],
    ['common.com', 'TLSv1.1', true],
    ['common.com', 'TLSv1.2', true],
    ['common.com', 'TLSv1.3', true],
    ['at-1-2.com', 'TLSv1.1', false],
    ['at-1-2.com', 'TLSv1.2', true],
  ],
  '1.3': [
    ['common.com', 'TLSv1.3', true],
    ['common.com', 'TLSv1.2', false],
    ['at-1-3.com', 'TLSv1.3', true],
    ['at-1-3.com', 'TLSv1.2', false],
    ['at-1-2.com', 'TLSv1.3', true],
    ['at-1-2.com', 'TLSv1.2', true],
    ['at-1-2.com', 'TLSv1.1', false],
  ],
};

for (const [usual, ofUsual] of Object.entries(cases)) {
  describe(`--tls-minimum-protocol-version=${usual}`, () => {
    let world: World;
    before(async () => {
      const pair = await selfSigned('any.com');
      world = await startWorld({
        flags: [`--tls-minimum-protocol-version=${usual}`],
        files: {
          'secret.yaml': secretDocument('pair', pair),
          'hosts.yaml': documents(
            tlsRoot('common.com', { secretName: 'pair' }, 'one'),
            tlsRoot('at-1-2.com', { secretName: 'pair', minimumProtocolVersion: '1.2' }, 'one'),
            tlsRoot('at-1-3.com', { secretName: 'pair', minimumProtocolVersion: '1.3' }, 'one'),
          ),
        },
      });
    });
    after(() => world.close());

    for (const [sni, version, served] of ofUsual) {
      test(`${sni}, ${version}: ${served ? 'served' : 'refused'}`, async () => {
        const handshake = open({ port: world.ports.https, sni, version });
        if (!served) {
          await assert.rejects(handshake, /protocol version/i);
          return;
        }
        const socket = await handshake;
        assert.equal(socket.getProtocol(), version);
        socket.destroy();
      });
    }
  });
}
