// A filter chain comes, changes and goes: connections elsewhere stay open, and nothing of theirs is drained.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { type Manifest, service } from '../kit/manifests.ts';
import { type EchoServer, echoes, greeting, open, read, request, startEcho } from './kit/connection.ts';
import { secret, tcpRoot, tlsRoot } from './kit/objects.ts';

let backend: Backend;
let echo: EchoServer;
let world: InProcess;
let objects: readonly Manifest[];
/** Of the chain of all hosts, of a chain of one host, of a host whose connections are handed on. */
let common: Socket;
let strict: Socket;
let handedOn: Socket;
before(async () => {
  backend = await startBackend('one');
  echo = await startEcho('echo');
  const names = ['common.com', 'strict.com', 'tcp.com', 'third.com', 'later.com'];
  const pairs = await Promise.all(names.map((name) => selfSigned(name)));
  objects = [
    ...service('one', backend.port),
    ...service('echo', echo.port),
    ...names.map((name, index) => secret(name, pairs[index]!)),
    tlsRoot('common.com', { secretName: 'common.com' }, 'one'),
    tlsRoot('strict.com', { secretName: 'strict.com', minimumProtocolVersion: '1.3' }, 'one'),
    tcpRoot('tcp.com', { secretName: 'tcp.com' }, 'echo'),
  ];
  world = await startInProcess(objects);
  const port = world.https;
  common = await open({ port, sni: 'common.com' });
  strict = await open({ port, sni: 'strict.com' });
  handedOn = await open({ port, sni: 'tcp.com' });
  assert.equal(await read(handedOn), 'echo');
});
after(async () => {
  for (const socket of [common, strict, handedOn]) socket.destroy();
  await world.close();
  await Promise.all([backend.close(), echo.close()]);
});

/** A connection that is drained is told so in its next response. */
async function allOpen(): Promise<void> {
  for (const [socket, host] of [
    [common, 'common.com'],
    [strict, 'strict.com'],
  ] as const) {
    const head = await request(socket, host);
    assert.match(head, /^HTTP\/1.1 200/);
    assert.doesNotMatch(head, /connection: close/i);
  }
  assert.equal(await echoes(handedOn), true);
}

async function stat(name: string): Promise<number | undefined> {
  return (await world.envoy.stats(`^listener_manager\\.${name}$`)).get(`listener_manager.${name}`);
}

/** So many chains are being drained, and no listener was replaced as a whole. */
async function drained(count: number): Promise<void> {
  assert.equal(await stat('total_filter_chains_draining'), count);
  assert.equal(await stat('total_listeners_draining'), 0);
  await allOpen();
}

const third = (service: string) => tcpRoot('third.com', { secretName: 'third.com' }, service);
const thirdSays = (expected: string) =>
  eventually(async () => assert.equal(await greeting({ port: world.https, sni: 'third.com' }), expected));

test('a chain is added', async () => {
  world.apply(third('echo'));
  await thirdSays('echo');
  await drained(0);
});

test('a chain changes', async () => {
  world.apply(third('gone'));
  await thirdSays('closed');
  await drained(1);
});

test('a chain is removed', async () => {
  world.apply(tlsRoot('third.com', { secretName: 'third.com' }, 'one'));
  await eventually(async () => {
    const socket = await open({ port: world.https, sni: 'third.com', alpn: ['http/1.1'] });
    assert.match(await request(socket, 'third.com'), /^HTTP\/1.1 200/);
    socket.destroy();
  });
  await drained(2);
});

test('an ordinary host comes and changes, and no listener does', async () => {
  const before = await stat('listener_in_place_updated');
  world.apply(tlsRoot('later.com', { secretName: 'later.com' }, 'one'));
  await eventually(async () => {
    const socket = await open({ port: world.https, sni: 'later.com' });
    assert.match(await request(socket, 'later.com'), /^HTTP\/1.1 200/);
    socket.destroy();
  });
  assert.equal(await stat('listener_in_place_updated'), before);
  await drained(2);
});

test('a control plane that starts anew changes no listener, and a chain after it drains no other', async () => {
  const before = await stat('listener_in_place_updated');
  const control = await world.restart(objects);
  await eventually(() => assert.ok(control.acked() > 0));
  assert.equal(await stat('listener_in_place_updated'), before);
  world.apply(tcpRoot('fourth.com', { secretName: 'third.com' }, 'echo'));
  await eventually(async () =>
    assert.equal(await greeting({ port: world.https, sni: 'fourth.com' }), 'echo'),
  );
  await drained(2);
});
