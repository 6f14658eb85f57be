// Over TLS the external name is asked for as server name, and the certificate is checked as the route says.
import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { listen } from '../../src/testing/ports.ts';
import { testAddress } from '../cluster/kit/address.ts';
import { closed, opaque, root, routeTo } from '../routes/kit.ts';
import { external } from './manifests.ts';
import { type ExternalWorld, startExternalWorld } from './world.ts';

const host = 'tls.test';
let world: ExternalWorld;
const closers: (() => Promise<void>)[] = [];

before(async () => {
  const pair = await selfSigned('api.example.com', { names: ['api.example.com'] });
  const other = await selfSigned('api.example.com', { names: ['api.example.com'] });
  const server = createServer({ cert: pair.certificate, key: pair.key });
  server.on('request', ({ headers, socket }, response) => {
    const { servername } = socket as TLSSocket & { servername?: string };
    response.end(JSON.stringify({ sni: servername, host: headers.host }));
  });
  closers.push(() => closed(server));
  const port = await listen(server, 0, testAddress());
  const annotations = { 'upstream-protocol.tls': `${port}` };
  const route = (match: string, name: string, validation?: object) =>
    routeTo(match, name, { port, ...(validation && { validation }) });
  world = await startExternalWorld({
    zones: Object.fromEntries(
      ['api', 'another'].map((name) => [`${name}.example.com`, { addresses: [testAddress()] }]),
    ),
    manifests: [
      external('api', 'API.example.com', port, annotations),
      external('another', 'another.example.com', port, annotations),
      opaque('authority', { 'ca.crt': pair.certificate }),
      opaque('wrong', { 'ca.crt': other.certificate }),
      root('tls', host, [
        route('/unchecked', 'api'),
        route('/another', 'another'),
        route('/checked', 'api', { caSecret: 'authority', subjectName: 'api.example.com' }),
        route('/authority', 'api', { caSecret: 'wrong', subjectName: 'api.example.com' }),
        route('/subject', 'another', { caSecret: 'authority', subjectName: 'another.example.com' }),
        route('/other-subject', 'another', { caSecret: 'authority', subjectName: 'api.example.com' }),
      ]),
    ],
  });
});
after(async () => {
  await world?.close();
  for (const close of closers) await close();
});

const api = { sni: 'api.example.com', host };
const another = { sni: 'another.example.com', host };
const cases: readonly (readonly [path: string, expected: object | number, why: string])[] = [
  ['/unchecked', api, 'the name, in lower case, is the server name; the Host stays that of the client'],
  ['/another', another, 'any certificate will do without validation'],
  ['/checked', api, 'a certificate for the subject from the authority is taken'],
  ['/authority', 503, 'another authority is not'],
  ['/subject', 503, 'nor a certificate without the subject'],
  ['/other-subject', another, 'the subject need not be the name'],
];
for (const [path, expected, why] of cases)
  test(`${path}: ${why}`, () =>
    eventually(async () => {
      const { status, body } = await world.ask(host, path);
      assert.deepEqual(status === 200 ? JSON.parse(body.toString()) : status, expected);
      // A 503 for want of an address would say nothing of the certificate.
      if (expected === 503) assert.match(body.toString(), /remote connection failure/);
    }));
