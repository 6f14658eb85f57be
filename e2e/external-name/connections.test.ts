// Connections that are handed on as they are follow DNS, too. Envoy has no filter of addresses for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type EchoServer, greeting, startEcho } from '../chains/kit/connection.ts';
import type { Manifest } from '../kit/manifests.ts';
import { external } from './manifests.ts';
import { type ExternalWorld, startExternalWorld } from './world.ts';

let echo: EchoServer;
let world: ExternalWorld;

const handedOn = (name: string, port: number): Manifest => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace: 'e2e', name },
  spec: {
    virtualhost: { fqdn: `${name}.test`, tls: { passthrough: true } },
    tcpproxy: { services: [{ name, port }] },
  },
});

before(async () => {
  echo = await startEcho('echo', await selfSigned('here.test'));
  world = await startExternalWorld({
    manifests: [external('here', 'here.example.com', echo.port), handedOn('here', echo.port)],
  });
});
after(async () => {
  await world?.close();
  await echo?.close();
});

/** An Envoy without an address for the name ends the connection, politely or not. */
const said = () => greeting({ port: world.https, sni: 'here.test' }).catch(() => 'closed');

test('a connection reaches this host if DNS leads there: the platform must keep Envoy from it', async () => {
  assert.equal(await said(), 'closed');
  world.dns.set('here.example.com', { addresses: ['127.0.0.1'] });
  await eventually(async () => assert.equal(await said(), 'echo'));
});
