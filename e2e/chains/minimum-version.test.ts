// Hosts with a minimum version of TLS of their own beside others on one port, by clients of each version.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SecureVersion } from 'node:tls';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask, askHttp2 } from '../../src/testing/http-client.ts';
import { outcome } from '../kit/entrance.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { service } from '../kit/manifests.ts';
import { certificateOf, open, request } from './kit/connection.ts';
import { secret, tlsRoot } from './kit/objects.ts';

let backend: Backend;
let world: InProcess;
before(async () => {
  backend = await startBackend('one');
  const hosts = ['default.com', 'old.com', 'new.com', 'rsa.com'];
  const pairs = await Promise.all(
    hosts.map((host) => selfSigned(host, { keyType: host === 'rsa.com' ? 'rsa' : 'ec' })),
  );
  const versions = new Map([
    ['old.com', '1.1'],
    ['rsa.com', '1.1'],
    ['new.com', '1.3'],
  ]);
  world = await startInProcess([
    ...service('one', backend.port),
    ...hosts.map((host, index) => secret(host, pairs[index]!)),
    ...hosts.map((host) => {
      const minimumProtocolVersion = versions.get(host);
      return tlsRoot(
        host,
        { secretName: host, ...(minimumProtocolVersion && { minimumProtocolVersion }) },
        'one',
      );
    }),
  ]);
});
after(async () => {
  await world.close();
  await backend.close();
});

const accepted: readonly (readonly [string, SecureVersion])[] = [
  ['default.com', 'TLSv1.2'],
  ['default.com', 'TLSv1.3'],
  ['old.com', 'TLSv1.1'],
  ['old.com', 'TLSv1.2'],
  ['old.com', 'TLSv1.3'],
  ['rsa.com', 'TLSv1.1'],
  ['rsa.com', 'TLSv1.2'],
  ['new.com', 'TLSv1.3'],
  ['NEW.com', 'TLSv1.3'],
];
for (const [sni, version] of accepted) {
  test(`${sni}: ${version} is served`, async () => {
    const host = sni.toLowerCase();
    const socket = await open({ port: world.https, sni, version });
    assert.equal(socket.getProtocol(), version);
    assert.equal(certificateOf(socket), host);
    assert.match(await request(socket, host), /^HTTP\/1.1 200/);
    socket.destroy();
  });
}

const refused: readonly (readonly [string, SecureVersion])[] = [
  ['default.com', 'TLSv1.1'],
  ['new.com', 'TLSv1.1'],
  ['new.com', 'TLSv1.2'],
  ['NEW.com', 'TLSv1.2'],
];
for (const [sni, version] of refused) {
  test(`${sni}: ${version} is refused`, async () => {
    await assert.rejects(open({ port: world.https, sni, version }), /protocol version/i);
  });
}

test('the name with a dot at its end is no way around', async () => {
  await assert.rejects(
    open({ port: world.https, sni: 'new.com.', version: 'TLSv1.2' }),
    /handshake failure/i,
  );
});

const hosts = [
  { sni: 'new.com', host: 'NEW.COM:8443', expected: 'one' },
  { sni: 'default.com', host: 'new.com', expected: 421 },
  { sni: 'new.com', host: 'default.com', expected: 421 },
  { sni: 'new.com', host: 'nope.org', expected: 421 },
] as const;
for (const { sni, host, expected } of hosts) {
  test(`SNI ${sni}, Host ${host}: ${expected}`, async () => {
    assert.equal(outcome(await ask({ port: world.https, host, tls: { sni } })), expected);
  });
}

test('HTTP/2 as everywhere', async () => {
  const answers = await askHttp2({ port: world.https, tls: { sni: 'new.com' } }, [
    { host: 'new.com' },
    { host: 'default.com' },
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 421],
  );
});

test('a session is resumed', async () => {
  const client = { port: world.https, sni: 'old.com', version: 'TLSv1.2' } as const;
  const first = await open(client);
  const session = first.getSession();
  first.destroy();
  assert.ok(session);
  const second = await open({ ...client, session });
  assert.equal(second.isSessionReused(), true);
  second.destroy();
});

test('nobody asks for the certificate of a host with a chain', async () => {
  assert.doesNotMatch(world.control.sent.join('\n'), /Secret (old|new|rsa)\.com$/m);
});

test('hosts move between the chain of all and one of their own, and no handshake fails', async (t) => {
  const failures: unknown[] = [];
  let handshakes = 0;
  let going = true;
  const worker = async () => {
    while (going) {
      try {
        const answer = await ask({ port: world.https, host: 'default.com', tls: { sni: 'default.com' } });
        handshakes++;
        if (answer.status !== 200) failures.push(answer.status);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const workers = [worker(), worker()];
  t.after(() => {
    going = false;
  });
  const refusedAt12 = () =>
    assert.rejects(open({ port: world.https, sni: 'default.com', version: 'TLSv1.2' }), /protocol version/i);
  const servedAt12 = async () =>
    (await open({ port: world.https, sni: 'default.com', version: 'TLSv1.2' })).destroy();
  /** How often Envoy was sent the certificate on demand, or that it is gone. */
  const sendings = () => world.control.sent.filter((of) => of === 'Secret default.com').length;
  for (let turn = 0; turn < 10; turn++) {
    const told = sendings();
    world.apply(tlsRoot('default.com', { secretName: 'default.com', minimumProtocolVersion: '1.3' }, 'one'));
    await eventually(refusedAt12);
    // Now and then until nothing of the way back is left in Envoy.
    if (turn % 4 === 3) await eventually(() => assert.ok(sendings() > told));
    world.apply(tlsRoot('default.com', { secretName: 'default.com' }, 'one'));
    await eventually(servedAt12);
  }
  going = false;
  await Promise.all(workers);
  assert.deepEqual(failures, []);
  assert.ok(handshakes > 20, `${handshakes} handshakes`);
});
