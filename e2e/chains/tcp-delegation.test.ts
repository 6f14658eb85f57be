// A tcpproxy that is another team's to decide, and what stands beside one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { within } from '../cluster/kit/manifests.ts';
import { outcome } from '../kit/entrance.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { type Manifest, service } from '../kit/manifests.ts';
import { certificateOf, type EchoServer, greeting, open, read, startEcho } from './kit/connection.ts';
import { secret } from './kit/objects.ts';

const ingressRoute = (namespace: string, name: string, spec: object): Manifest => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace, name },
  spec,
});
const to = (name: string) => ({ services: [{ name, port: 80 }] });
const child = (name: string) => ingressRoute('team', 'child', { tcpproxy: to(name) });

let one: Backend;
let echos: readonly EchoServer[];
let world: InProcess;
before(async () => {
  one = await startBackend('one');
  echos = await Promise.all([startEcho('a'), startEcho('b')]);
  const services = [...service('one', one.port), ...echos.flatMap(({ name, port }) => service(name, port))];
  const tls = { secretName: 'pair' };
  world = await startInProcess([
    ...services,
    ...within('team', ...services),
    secret('pair', await selfSigned('any.com')),
    ingressRoute('e2e', 'lent', {
      virtualhost: { fqdn: 'lent.com', tls },
      tcpproxy: { delegate: { name: 'child', namespace: 'team' } },
    }),
    child('a'),
    ingressRoute('e2e', 'astray', {
      virtualhost: { fqdn: 'astray.com', tls },
      tcpproxy: { delegate: { name: 'nobody' } },
    }),
    ingressRoute('e2e', 'both', {
      ...{ virtualhost: { fqdn: 'both.com', tls }, tcpproxy: to('a') },
      routes: [{ match: '/', ...to('one') }],
    }),
    ingressRoute('e2e', 'clear', {
      ...{ virtualhost: { fqdn: 'clear.com' }, tcpproxy: to('a') },
      routes: [{ match: '/', ...to('one') }],
    }),
    ingressRoute('e2e', 'ended', {
      ...{ virtualhost: { fqdn: 'ended.com', tls: { ...tls, passthrough: true } }, tcpproxy: to('a') },
    }),
  ]);
});
after(async () => {
  await world?.close();
  await Promise.all([one?.close(), ...(echos ?? []).map((echo) => echo.close())]);
});

const greetingOf = (sni: string) => greeting({ port: world.https, sni });
const inClear = async (host: string) => outcome(await ask({ port: world.port, host }));

test('connections go where the object of another namespace says, and follow it', async () => {
  assert.equal(await greetingOf('lent.com'), 'a');
  world.apply(child('b'));
  await eventually(async () => assert.equal(await greetingOf('lent.com'), 'b'));
});

test('delegated to nobody, they are closed', async () => {
  assert.equal(await greetingOf('astray.com'), 'closed');
});

test('routes beside it are served on neither listener', async () => {
  assert.equal(await greetingOf('both.com'), 'a');
  assert.equal(await inClear('both.com'), 404);
});

test('without TLS the routes are served and it is not', async () => {
  assert.equal(await inClear('clear.com'), 'one');
  await assert.rejects(greetingOf('clear.com'), /handshake failure/i);
});

test('TLS with a Secret ends at Envoy, also where passthrough is asked for', async () => {
  const socket = await open({ port: world.https, sni: 'ended.com' });
  assert.equal(await read(socket), 'a');
  assert.equal(certificateOf(socket), 'any.com');
  socket.destroy();
});
