// A certificate's life: it comes late, is renewed under open connections, is lent to another namespace, and goes.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import type { KeyPair } from '../../src/testing/objects.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';
import { type ClusterWorld, ingressRoute, startClusterWorld } from './kit/index.ts';

let world: ClusterWorld;
let old: KeyPair;
let renewed: KeyPair;
const bank = { host: 'bank.test', tls: { sni: 'bank.test' } };
const toOne = { '/': { service: 'one' } };
const root = ingressRoute('bank/root', toOne, { fqdn: 'bank.test', secretName: 'cert' });

before(async () => {
  [old, renewed] = await Promise.all([selfSigned('old'), selfSigned('renewed')]);
  world = await startClusterWorld({ tenants: ['bank', 'branch'], objects: [root] });
});
after(() => world?.close());

const put = (pair: KeyPair) => world.cluster.objects.apply(parse(tlsSecret('bank', 'cert', pair)));
const certificateOf = async (host: string) =>
  (await world.ask({ host, tls: { sni: host } }).catch(() => undefined))?.certificate;

test('a host waits for its certificate, and is never served in clear meanwhile', async () => {
  await world.status('bank/root', 'invalid');
  await world.answers({ host: 'bank.test' }, 404);
  await put(old);
  await world.status('bank/root', 'valid');
  await world.answers(bank, 'one');
  await world.answers({ host: 'bank.test' }, 301);
  assert.equal(await certificateOf('bank.test'), 'old');
});

test('a renewed certificate is for new connections, and an open one goes on', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const where = { host: '127.0.0.1', port: world.ports.https, servername: 'bank.test', agent };
      request({ ...where, headers: { host: 'bank.test' }, rejectUnauthorized: false }, async (response) => {
        const port = response.socket.localPort;
        await text(response);
        resolve(`${response.statusCode} from port ${port}`);
      })
        .on('error', reject)
        .end();
    });
  const first = await ask();
  assert.match(first, /^200 /);
  await put(renewed);
  await eventually(async () => assert.equal(await certificateOf('bank.test'), 'renewed'));
  assert.equal(await ask(), first, 'the same connection');
  agent.destroy();
});

test('a certificate is lent to another namespace only while its owner says so', async () => {
  const { kubectl, objects } = world.cluster;
  await objects.apply(ingressRoute('branch/root', toOne, { fqdn: 'branch.test', secretName: 'bank/cert' }));
  await world.status('branch/root', 'invalid');
  const delegation = `
apiVersion: contour.heptio.com/v1beta1
kind: TLSCertificateDelegation
metadata: { namespace: bank, name: lend }
spec: { delegations: [{ secretName: cert, targetNamespaces: [branch] }] }
`;
  await kubectl(['apply', '-f', '-'], delegation);
  await world.status('branch/root', 'valid');
  await eventually(async () => assert.equal(await certificateOf('branch.test'), 'renewed'));
  await kubectl(['delete', 'tlscertificatedelegation', 'lend', '-n', 'bank']);
  await world.status('branch/root', 'invalid');
  await eventually(async () => assert.equal(await certificateOf('branch.test'), undefined));
});

test('without its certificate a host is closed, not opened', async () => {
  await world.cluster.kubectl(['delete', 'secret', 'cert', '-n', 'bank']);
  await world.status('bank/root', 'invalid');
  await world.answers({ host: 'bank.test' }, 404);
  await eventually(async () => assert.equal(await certificateOf('bank.test'), undefined));
});
