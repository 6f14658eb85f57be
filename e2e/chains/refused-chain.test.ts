// A certificate that Envoy refuses, in chains that would be of the listener of all tenants: only its host suffers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Answer, ask } from '../../src/testing/http-client.ts';
import type { KeyPair } from '../../src/testing/objects.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { type Manifest, service } from '../kit/manifests.ts';
import { refusedByEnvoy } from '../tls/kit/bad-pair.ts';
import { open, request } from './kit/connection.ts';
import { secret, tcpRoot, tlsRoot } from './kit/objects.ts';

let backend: Backend;
let world: InProcess;
let objects: readonly Manifest[];
let good: KeyPair;
let bad: KeyPair;
before(async () => {
  backend = await startBackend('one');
  good = await selfSigned('any.com');
  bad = await refusedByEnvoy('bad.com');
  objects = [
    ...service('one', backend.port),
    secret('good', good),
    secret('bad', bad),
    secret('rotating', good),
    tlsRoot('common.com', { secretName: 'good' }, 'one'),
    own('first.com', 'good'),
    own('rotating.com', 'rotating'),
  ];
  world = await startInProcess(objects, { refusals: 'expected' });
});
after(async () => {
  await world.close();
  await backend.close();
});

const own = (host: string, secretName: string, minimumProtocolVersion = '1.3') =>
  tlsRoot(host, { secretName, minimumProtocolVersion }, 'one');

const over = (host: string): Promise<Answer> => ask({ port: world.https, host, tls: { sni: host } });
const served = (...hosts: readonly string[]) =>
  eventually(async () => {
    for (const host of hosts) assert.equal((await over(host)).status, 200, host);
  });

const verdictOf = (host: string) => world.pipeline.graph.verdicts().get(`IngressRoute/e2e/${host}`);

const told = (host: string) =>
  eventually(() => assert.match(verdictOf(host)?.description ?? '', /private key/));

test('it appears with another host: the other is served, its owner is told', async () => {
  const connection = await open({ port: world.https, sni: 'first.com' });
  world.apply(own('bad.com', 'bad'), own('second.com', 'good'));
  await served('second.com', 'first.com', 'common.com');
  await told('bad.com');
  await assert.rejects(over('bad.com'), /ECONNRESET/);
  assert.doesNotMatch(await request(connection, 'first.com'), /connection: close/i);
  connection.destroy();
});

test('hosts come after it', async () => {
  world.apply(own('third.com', 'good', '1.1'), tcpRoot('fourth.com', { secretName: 'bad' }, 'one'));
  await served('third.com');
  await told('fourth.com');
});

test('a host whose certificate is replaced by such a one keeps what it had', async () => {
  world.apply(secret('rotating', bad));
  await told('rotating.com');
  world.apply(own('fifth.com', 'good'));
  await served('fifth.com', 'rotating.com');
});

test('no listener is left from the judging', async () => {
  await eventually(async () => {
    const listeners = (await world.envoy.admin('/listeners')).split('\n').map((line) => line.split('::')[0]);
    const expected = ['', 'ingress_http', 'ingress_https', 'prefetch', 'stats'];
    assert.deepEqual(listeners.sort(), expected);
  });
});

test('a control plane that starts anew takes no chain of others away', async () => {
  const connection = await open({ port: world.https, sni: 'first.com' });
  const control = await world.restart([
    ...objects,
    own('bad.com', 'bad'),
    ...['second.com', 'fifth.com'].map((host) => own(host, 'good')),
  ]);
  await eventually(() => assert.ok(control.pipeline.cache.rejections.size > 0));
  await told('bad.com');
  world.apply(own('sixth.com', 'good'));
  await served('sixth.com', 'first.com', 'second.com', 'fifth.com', 'common.com');
  assert.doesNotMatch(await request(connection, 'first.com'), /connection: close/i);
  connection.destroy();
});

test('it heals', async () => {
  world.apply(secret('bad', good));
  await served('bad.com');
  await eventually(() => assert.equal(verdictOf('bad.com')?.currentStatus, 'valid'));
  assert.equal(world.pipeline.cache.rejections.size, 0);
});
