// Which certificate answers which name.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { selfSigned } from '../testing/certificates.ts';
import { versionOf } from '../xds/resource.ts';
import { encode } from './encode.ts';
import { chainSecretName } from './names.ts';
import {
  certificateCandidates,
  certificateOnDemand,
  noServerName,
  sameCertificate,
  secret,
  stampSecret,
} from './secret.ts';
import { certificate } from './testing/fixtures.ts';
import { typeUrl } from './type-url.ts';

const label = 'x'.repeat(63);
const asked: readonly (readonly [string, readonly string[]])[] = [
  ['a.com', ['a.com', '*.com', '*']],
  ['A.Com', ['a.com', '*.com', '*']],
  ['x.y.wild.com', ['x.y.wild.com', '*.y.wild.com', '*']],
  ['localhost', ['localhost', '*']],
  ['_x.a-b.com', ['_x.a-b.com', '*.a-b.com', '*']],
  ['a.com.', []],
  ['.a.com', []],
  ['a..com', []],
  ['*.wild.com', []],
  ['*', []],
  ['', []],
  ['static/shop/cert', []],
  ['a.com/', []],
  ['a com', []],
  ['a.com\n', []],
  ['ä.com', []],
  [noServerName, []],
  [`${label}x.com`, []],
  [`${label}.${label}.${label}.${label}`, []],
  ['x'.repeat(300), []],
  [chainSecretName('a.com'), [chainSecretName('a.com')]],
];

for (const [name, candidates] of asked) {
  test(`"${name.slice(0, 40)}" (${name.length}) may be answered by ${candidates.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(certificateCandidates(name), candidates);
  });
}

function resource(host: string) {
  const bytes = encode(SecretSchema, secret(host, certificate('1')));
  return { type: typeUrl.secret, name: host, bytes, version: versionOf(bytes), requires: [] };
}

test('the certificate is inline, under the name of the host', () => {
  const decoded = fromBinary(SecretSchema, resource('a.com').bytes);
  assert.equal(decoded.name, 'a.com');
  assert.ok(decoded.type.case === 'tlsCertificate');
  const { certificateChain, privateKey } = decoded.type.value;
  assert.deepEqual(certificateChain?.specifier, {
    case: 'inlineBytes',
    value: new Uint8Array(certificate('1').chain),
  });
  assert.deepEqual(privateKey?.specifier, {
    case: 'inlineBytes',
    value: new Uint8Array(certificate('1').key),
  });
});

test('it is answered under the name as asked, with all else equal', () => {
  const renamed = fromBinary(SecretSchema, certificateOnDemand.rename(resource('a.com'), 'A.Com'));
  assert.equal(renamed.name, 'A.Com');
  assert.deepEqual({ ...renamed, name: 'a.com' }, { ...fromBinary(SecretSchema, resource('a.com').bytes) });
});

test('a chain goes on wanting its certificate, a handshake does not', () => {
  assert.equal(certificateOnDemand.lasting?.(chainSecretName('a.com')), true);
  assert.equal(certificateOnDemand.lasting?.('a.com'), false);
});

test('stamped: other bytes, the same certificate and key', async () => {
  const { certificate: chain, key } = await selfSigned('a.com');
  const pair = { ...certificate('1'), chain: Buffer.from(chain), key: Buffer.from(key) };
  const bytes = encode(SecretSchema, secret('a.com', pair));
  const stamped = ['run.1', 'run.2'].map((generation) => stampSecret({ bytes }, generation));
  assert.equal(new Set([bytes, ...stamped].map(versionOf)).size, 3);
  for (const one of stamped) {
    const { name, type } = fromBinary(SecretSchema, one);
    assert.ok(type.case === 'tlsCertificate');
    const { certificateChain, privateKey } = type.value;
    assert.ok(certificateChain?.specifier.case === 'inlineBytes');
    const { value } = certificateChain.specifier;
    assert.deepEqual(new X509Certificate(value).raw, new X509Certificate(chain).raw);
    assert.deepEqual(privateKey?.specifier, { case: 'inlineBytes', value: new Uint8Array(pair.key) });
    assert.equal(name, 'a.com');
  }
});

test('an exact host has few names, a wildcard host many, none without bound', () => {
  const limit = (host: string) => certificateOnDemand.limitOf?.(resource(host)) ?? 0;
  assert.ok(limit('a.com') > 1 && limit('a.com') <= 8);
  assert.ok(limit('*.a.com') > limit('a.com') && limit('*.a.com') <= certificateOnDemand.limit);
  assert.equal(limit('*'), limit('*.a.com'));
});

test('certificates are the same by their bytes', () => {
  assert.equal(sameCertificate(certificate('1'), certificate('1')), true);
  assert.equal(sameCertificate(certificate('1'), certificate('2')), false);
  assert.equal(sameCertificate(certificate('1'), { ...certificate('1'), key: Buffer.from('x') }), false);
});
