// TLS by certificates on demand: each host its own certificate, no host through another's connection, and names
// that clients make up reach nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { selfSigned } from '../src/testing/certificates.ts';
import { eventually } from '../src/testing/deadline.ts';
import { askHttp2 } from '../src/testing/http-client.ts';
import { documents, ingress, root, secretDocument } from './kit/manifests.ts';
import { outcome, startWorld, type World } from './kit/world.ts';

let world: World;
before(async () => {
  const pairs = {
    a: await selfSigned('a.com'),
    b: await selfSigned('b.com'),
    w: await selfSigned('*.wild.com'),
  };
  world = await startWorld({
    files: {
      'secrets.yaml':
        secretDocument('a', pairs.a) + secretDocument('b', pairs.b) + secretDocument('w', pairs.w),
      'hosts.yaml': documents(
        root('a', 'a.com', { '/': 'one' }, 'a'),
        root('b', 'b.com', { '/': 'two' }, 'b'),
        root('plain', 'plain.com', { '/': 'one' }),
        ingress('wild', '*.wild.com', { '/': 'two' }, { tls: [{ hosts: ['*.wild.com'], secretName: 'w' }] }),
        ingress('everyone', undefined, { '/': 'two' }),
      ),
    },
  });
});
after(() => world.close());

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
for (const { sni, host, expected, certificate } of served) {
  test(`SNI ${sni}, Host ${host}: ${expected}`, async () => {
    const answer = await world.ask({ host, tls: { sni } });
    assert.equal(outcome(answer), expected);
    assert.equal(answer.certificate, certificate);
  });
}

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

test('a new TLS host changes no listener', async () => {
  const modified = () => world.envoy().stats('^listener_manager\\.listener_(modified|added)$');
  const before = await modified();
  const pair = await selfSigned('new.com');
  await world.write(
    'new.yaml',
    secretDocument('new', pair) + documents(root('new', 'new.com', { '/': 'one' }, 'new')),
  );
  await world.answers({ host: 'new.com', path: '/' }, 301);
  await world.answers({ host: 'new.com', tls: { sni: 'new.com' } }, 'one');
  assert.equal(before.size, 2);
  assert.deepEqual(await modified(), before);
});

test('a certificate that is renewed is presented from the next handshake on', async () => {
  await world.write('rotate.yaml', secretDocument('r', await selfSigned('r.com')));
  await world.write('rotate-host.yaml', documents(root('r', 'r.com', { '/': 'one' }, 'r')));
  await world.answers({ host: 'r.com', tls: { sni: 'r.com' } }, 'one');
  await world.write(
    'rotate.yaml',
    secretDocument('r', await selfSigned('renewed.com', { names: ['r.com'] })),
  );
  await waitForCertificate('r.com', 'renewed.com');
});

async function waitForCertificate(sni: string, expected: string): Promise<void> {
  await eventually(async () =>
    assert.equal((await world.ask({ host: sni, tls: { sni } })).certificate, expected),
  );
}
