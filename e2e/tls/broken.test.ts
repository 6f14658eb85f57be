// Certificates that cannot be used, in both modes: their host is not served, its owner is told, nobody else notices.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import type { KeyPair } from '../../src/testing/objects.ts';
import { secret, tcpRoot, tlsRoot } from '../chains/kit/objects.ts';
import { documents, ingress } from '../kit/manifests.ts';
import type { World } from '../kit/world.ts';
import { mismatched, refusedByEnvoy } from './kit/bad-pair.ts';
import { startTraffic } from './kit/traffic.ts';
import { modes, served, startMode } from './kit/world.ts';

const neighbours = Array.from({ length: 40 }, (_, index) => `n${index}.com`);

for (const mode of modes) {
  describe(`--tls-certificates ${mode}`, () => {
    let world: World;
    let good: KeyPair;
    const bad: Record<'mismatched' | 'refused', KeyPair | undefined> = {
      mismatched: undefined,
      refused: undefined,
    };
    before(async () => {
      good = await selfSigned('any.com');
      bad.mismatched = await mismatched('any.com');
      bad.refused = await refusedByEnvoy('any.com');
      world = await startMode(
        mode,
        [
          secret('good', good),
          ...neighbours.map((host) => tlsRoot(host, { secretName: 'good' }, 'one')),
          tlsRoot('changes.com', { secretName: 'changes' }, 'one'),
          ingress(
            'wild',
            '*.wild.com',
            { '/': 'one' },
            { tls: [{ hosts: ['*.wild.com'], secretName: 'good' }] },
          ),
        ],
        [],
        { refusals: 'expected' },
      );
      await world.write('changes.yaml', documents(secret('changes', good)));
      await served(world, ...neighbours, 'changes.com', 'x.wild.com');
    });
    after(() => world.close());

    const told = (name: string, expected: RegExp) =>
      eventually(async () => {
        const verdicts = await world.contour().status();
        const verdict = verdicts.find(({ object }) => object === `IngressRoute/e2e/${name}`);
        assert.match(`${verdict?.currentStatus} ${verdict?.description}`, expected);
      });

    const notServed = (host: string) =>
      eventually(() =>
        assert.rejects(
          world.ask({ host, tls: { sni: host } }),
          /handshake failure|closed|reset|disconnected/i,
        ),
      );

    const cases = [
      { kind: 'mismatched', expected: /^invalid .*(match|key)/i },
      { kind: 'refused', expected: /^invalid .*private key/i },
    ] as const;
    for (const { kind, expected } of cases) {
      test(`${kind}: hosts that appear with it are not served, others are without a pause`, async (t) => {
        const pair = bad[kind];
        assert.ok(pair);
        const traffic = await startTraffic({ port: world.ports.https, host: 'n7.com', open: 2, visitors: 1 });
        t.after(traffic.stop);
        const objects = [
          secret(kind, pair),
          tlsRoot(`${kind}.com`, { secretName: kind }, 'one'),
          tlsRoot(`fresh-${kind}.com`, { secretName: 'good' }, 'one'),
        ];
        await world.write(`${kind}.yaml`, documents(...objects));
        await served(world, `fresh-${kind}.com`, 'x.wild.com');
        await notServed(`${kind}.com`); // On demand Envoy sees the certificate only now.
        await told(`${kind}.com`, expected);
        assert.equal(await traffic.stop(), 2);
        assert.deepEqual(traffic.failures, []);
      });
    }

    test('a host whose certificate becomes one that Envoy refuses keeps the one before', async () => {
      assert.ok(bad.refused);
      await world.write('changes.yaml', documents(secret('changes', bad.refused)));
      await told('changes.com', /^invalid .*private key/i);
      await served(world, 'changes.com');
    });

    test('connections of a host that cannot be handed on with it', async () => {
      await world.write('tcp.yaml', documents(tcpRoot('tcp.com', { secretName: 'refused' }, 'one')));
      await told('tcp.com', /^invalid .*private key/i);
      await notServed('tcp.com');
      await served(world, 'n0.com', 'fresh-refused.com');
    });

    test('an Envoy that starts with them serves all others', async () => {
      await world.replaceEnvoy(await world.anotherEnvoy());
      await served(world, ...neighbours, 'fresh-refused.com', 'fresh-mismatched.com', 'x.wild.com');
      await notServed('mismatched.com');
      await notServed('refused.com');
      await told('refused.com', /^invalid .*private key/i);
    });

    test('they heal', async () => {
      for (const kind of ['mismatched', 'refused', 'changes'] as const) {
        const host = tlsRoot(`${kind}.com`, { secretName: kind }, 'one');
        await world.write(
          `${kind}.yaml`,
          documents(secret(kind, good), ...(kind === 'changes' ? [] : [host])),
        );
        await served(world, `${kind}.com`);
        await told(`${kind}.com`, /^valid /);
      }
    });
  });
}
