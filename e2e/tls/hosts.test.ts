// Each host its own certificate, no host through another's connection, and names that clients make up reach nothing:
// the same in both modes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { askHttp2 } from '../../src/testing/http-client.ts';
import { open, request } from '../chains/kit/connection.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import { documents, ingress, root } from '../kit/manifests.ts';
import { outcome, type World } from '../kit/world.ts';
import { chainsOf, listenerUpdates, modes, startMode } from './kit/world.ts';

const served = [
  { sni: 'a.com', host: 'a.com', expected: 'one', certificate: 'a.com' },
  { sni: 'a.com', host: 'A.COM:8443', expected: 'one', certificate: 'a.com' },
  { sni: 'A.Com', host: 'a.com', expected: 'one', certificate: 'a.com' },
  { sni: 'a.com', host: 'a.com.', expected: 'one', certificate: 'a.com' },
  { sni: 'b.com', host: 'b.com', expected: 'two', certificate: 'b.com' },
  { sni: 'x.wild.com', host: 'x.wild.com', expected: 'two', certificate: '*.wild.com' },
  { sni: 'X.WILD.com', host: 'x.wild.COM', expected: 'two', certificate: '*.wild.com' },
  // The connection of one host asks for another.
  { sni: 'a.com', host: 'b.com', expected: 421, certificate: 'a.com' },
  { sni: 'a.com', host: 'plain.com', expected: 421, certificate: 'a.com' },
  { sni: 'a.com', host: 'nope.org', expected: 421, certificate: 'a.com' },
  { sni: 'x.wild.com', host: 'y.wild.com', expected: 421, certificate: '*.wild.com' },
  { sni: 'x.wild.com', host: 'a.com', expected: 421, certificate: '*.wild.com' },
] as const;

// The last ones have the form of names that resources of ours have or might have.
const strangers = [
  'plain.com',
  'nope.org',
  'wild.com',
  'y.x.wild.com',
  'NOPE.org',
  'e2e/a',
  'static/e2e/a',
  'a',
  'default',
];

for (const mode of modes) {
  describe(`--tls-certificates ${mode}`, () => {
    let world: World;
    before(async () => {
      const tls = [{ hosts: ['*.wild.com'], secretName: 'w' }];
      world = await startMode(mode, [
        secret('a', await selfSigned('a.com')),
        secret('b', await selfSigned('b.com')),
        secret('w', await selfSigned('*.wild.com')),
        root('a', 'a.com', { '/': 'one' }, 'a'),
        root('b', 'b.com', { '/': 'two' }, 'b'),
        root('plain', 'plain.com', { '/': 'one' }),
        ingress('wild', '*.wild.com', { '/': 'two' }, { tls }),
        ingress('everyone', undefined, { '/': 'two' }),
      ]);
    });
    after(() => world.close());

    for (const { sni, host, expected, certificate } of served) {
      test(`SNI ${sni}, Host ${host}: ${expected}`, async () => {
        const answer = await world.ask({ host, tls: { sni } });
        assert.equal(outcome(answer), expected);
        assert.equal(answer.certificate, certificate);
      });
    }

    for (const sni of ['', ...strangers]) {
      test(`SNI "${sni}" that nobody owns gets no certificate`, async () => {
        await assert.rejects(world.ask({ host: 'a.com', tls: { sni } }), /handshake failure/i);
      });
    }

    test('an HTTP/2 connection of one host is of no use for another', async () => {
      const answers = await askHttp2({ port: world.ports.https, tls: { sni: 'a.com' } }, [
        { host: 'a.com' },
        { host: 'b.com' },
        { host: 'a.com' },
      ]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 421, 200],
      );
    });

    test('plain HTTP of a TLS host is redirected', async () => {
      const answer = await world.ask({ host: 'a.com', path: '/x?y=z' });
      assert.equal(answer.status, 301);
      assert.equal(answer.headers.location, 'https://a.com/x?y=z');
    });

    test('a host comes and goes: connections of others stay open', async () => {
      const updates = await listenerUpdates(world);
      const socket = await open({ port: world.ports.https, sni: 'a.com' });
      const pair = await selfSigned('new.com');
      await world.write(
        'new.yaml',
        documents(secret('new', pair), tlsRoot('new.com', { secretName: 'new' }, 'one')),
      );
      await world.answers({ host: 'new.com' }, 301);
      await world.answers({ host: 'new.com', tls: { sni: 'new.com' } }, 'one');
      if (mode === 'per-host') await chainsOf(world, 'a.com', 'b.com', 'new.com');
      else assert.equal(await listenerUpdates(world), updates, 'no listener changed');
      await world.remove('new.yaml');
      await world.answers({ host: 'new.com' }, 'two');
      await eventually(() =>
        assert.rejects(world.ask({ host: 'a.com', tls: { sni: 'new.com' } }), /handshake failure/i),
      );
      const head = await request(socket, 'a.com');
      assert.match(head, /^HTTP\/1.1 200/);
      assert.doesNotMatch(head, /^connection: close/im);
      socket.destroy();
    });
  });
}
