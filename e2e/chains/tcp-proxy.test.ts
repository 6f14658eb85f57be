// Connections that are handed on, with TLS ended at Envoy or at the Service, beside ordinary hosts on one port.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { outcome } from '../kit/entrance.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { service } from '../kit/manifests.ts';
import { certificateOf, type EchoServer, echoes, greeting, open, read, startEcho } from './kit/connection.ts';
import { secret, tcpRoot, tlsRoot } from './kit/objects.ts';

let backend: Backend;
let echos: readonly EchoServer[];
let world: InProcess;
before(async () => {
  backend = await startBackend('one');
  const inside = await selfSigned('inside.com');
  echos = await Promise.all([startEcho('a'), startEcho('b'), startEcho('tls', inside)]);
  const names = ['ended.com', 'web.com', 'shares.com', 'strict.com'];
  const pairs = await Promise.all(names.map((name) => selfSigned(name)));
  world = await startInProcess([
    ...service('one', backend.port),
    ...echos.flatMap(({ name, port }) => service(name, port)),
    ...names.map((name, index) => secret(name, pairs[index]!)),
    tlsRoot('web.com', { secretName: 'web.com' }, 'one'),
    tcpRoot('ended.com', { secretName: 'ended.com' }, 'a'),
    tcpRoot('strict.com', { secretName: 'ended.com', minimumProtocolVersion: '1.3' }, 'a'),
    tcpRoot('passed.com', { passthrough: true }, 'tls'),
    tcpRoot('shares.com', { secretName: 'shares.com' }, ['a', 1], ['b', 3], ['gone', 0]),
    tcpRoot('half.com', { secretName: 'shares.com' }, 'a', 'gone'),
    tcpRoot('none.com', { secretName: 'shares.com' }, 'gone'),
  ]);
});
after(async () => {
  await world.close();
  await Promise.all([backend.close(), ...echos.map((echo) => echo.close())]);
});

const cases = [
  { sni: 'ended.com', server: 'a', certificate: 'ended.com' },
  { sni: 'ENDED.com', server: 'a', certificate: 'ended.com' },
  { sni: 'passed.com', server: 'tls', certificate: 'inside.com' },
  { sni: 'Passed.COM', server: 'tls', certificate: 'inside.com' },
] as const;
for (const { sni, server, certificate } of cases) {
  test(`SNI ${sni} reaches ${server}, with the certificate of ${certificate}`, async () => {
    const socket = await open({ port: world.https, sni });
    assert.equal(await read(socket), server);
    assert.equal(certificateOf(socket), certificate);
    assert.equal(await echoes(socket), true);
    socket.destroy();
  });
}

test('a protocol that the client offers beside is not agreed on for the Service', async () => {
  const socket = await open({ port: world.https, sni: 'ended.com', alpn: ['h2', 'http/1.1'] });
  assert.equal(socket.alpnProtocol, false);
  socket.destroy();
});

test('the minimum version holds', async () => {
  assert.equal(await greeting({ port: world.https, sni: 'strict.com', version: 'TLSv1.3' }), 'a');
  await assert.rejects(
    open({ port: world.https, sni: 'strict.com', version: 'TLSv1.2' }),
    /protocol version/i,
  );
});

test('an ordinary host is served beside them', async () => {
  const tls = { sni: 'web.com' };
  assert.equal(outcome(await ask({ port: world.https, host: 'web.com', tls })), 'one');
  assert.equal(outcome(await ask({ port: world.https, host: 'ended.com', tls })), 421);
});

test('no other name gets through', async () => {
  for (const sni of ['x.passed.com', 'passed.com.', 'com']) {
    await assert.rejects(open({ port: world.https, sni }), /handshake failure/i, sni);
  }
});

async function greetings(sni: string, count: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const said = await greeting({ port: world.https, sni });
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return counts;
}

test('connections are shared out by weight', async () => {
  const counts = await greetings('shares.com', 200);
  assert.deepEqual([...counts.keys()].sort(), ['a', 'b']);
  const share = counts.get('a') ?? 0;
  assert.ok(share > 20 && share < 85, `${share} of 200 where 50 are expected`);
});

test('the share of a missing Service is closed, the other is served', async () => {
  assert.deepEqual([...(await greetings('half.com', 40)).keys()].sort(), ['a', 'closed']);
  assert.deepEqual([...(await greetings('none.com', 3)).keys()], ['closed']);
});

test('moved to another Service and back, every new connection is served', async () => {
  const services = ['b', 'a'];
  for (let turn = 0; turn < 20; turn++) {
    const next = services[turn % 2] ?? '';
    world.apply(tcpRoot('ended.com', { secretName: 'ended.com' }, next));
    await eventually(
      async () => {
        const said = await greeting({ port: world.https, sni: 'ended.com' });
        assert.notEqual(said, 'closed', 'a listener that names a cluster that is not there');
        assert.equal(said, next);
      },
      { every: 1 },
    );
  }
});

test('its clusters go with it', async () => {
  const clusters = async () =>
    (await world.envoy.admin('/clusters')).split('\n').filter((line) => line.startsWith('e2e/tls/'));
  assert.notDeepEqual(await clusters(), []);
  world.apply(tcpRoot('passed.com', { passthrough: true }, 'gone'));
  await eventually(async () => assert.deepEqual(await clusters(), []));
  assert.equal(
    await greeting({ port: world.https, sni: 'ended.com' }).then((said) => said !== 'closed'),
    true,
  );
});
