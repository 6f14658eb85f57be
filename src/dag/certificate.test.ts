// Secrets as people make them: what is unusual but valid is served, the rest is told to its owner.
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { selfSigned } from '../testing/certificates.ts';
import { type KeyPair, meta, tlsSecret } from '../testing/objects.ts';
import { CertificateChecks } from './certificate.ts';
import type { Secret } from './objects.ts';

const [a, b, big, rsa, weak] = await Promise.all([
  selfSigned('a.com'),
  selfSigned('b.com'),
  selfSigned('big.com', { curve: 'P-521' }),
  selfSigned('rsa.com', { keyType: 'rsa' }),
  selfSigned('weak.com', { keyType: 'rsa', keySize: 1_024 }),
]);

const check = (secret: Secret) => new CertificateChecks().of(secret);
const outcome = (pair: KeyPair, type?: string): string => {
  const checked = check(tlsSecret('a/s', pair, type));
  return 'problem' in checked ? `${checked.problem.code}: ${checked.problem.message}` : 'ok';
};
const keyAs = (pair: KeyPair, type: 'pkcs1' | 'sec1') =>
  createPrivateKey(pair.key).export({ format: 'pem', type }).toString();
const oneLine = (pem: string) =>
  pem.replace(/-----\n([\s\S]+?)\n-----/, (_all, body: string) => `-----\n${body.replace(/\n/g, '')}\n-----`);
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';

const accepted: Readonly<Record<string, KeyPair>> = {
  'P-256': a,
  'P-521': big,
  'RSA 2048': rsa,
  'CRLF line ends': { certificate: a.certificate.replace(/\n/g, '\r\n'), key: a.key.replace(/\n/g, '\r\n') },
  'a byte order mark': { certificate: `\ufeff${a.certificate}`, key: `\ufeff${a.key}` },
  'text around the blocks': {
    certificate: `Subject: a.com\n${a.certificate}end`,
    key: `Bag Attributes\n${a.key}`,
  },
  'a chain': { certificate: a.certificate + b.certificate, key: a.key },
  'indented lines': { certificate: a.certificate.replace(/^/gm, '  '), key: a.key.replace(/^/gm, '\t') },
  'no line break in the body': { certificate: oneLine(a.certificate), key: oneLine(a.key) },
  'EC PARAMETERS and SEC 1': { certificate: a.certificate, key: parameters + keyAs(a, 'sec1') },
  'PKCS 1': { certificate: rsa.certificate, key: keyAs(rsa, 'pkcs1') },
  'the key beside the certificate': { certificate: a.key + a.certificate, key: a.certificate + a.key },
};
for (const [name, pair] of Object.entries(accepted)) {
  test(`accepted: ${name}`, () => assert.equal(outcome(pair), 'ok'));
}

const broken = a.certificate.replace(/\n\w{4}/, '\n!!!!');
const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
});
const refused: readonly (readonly [name: string, pair: KeyPair, expected: RegExp])[] = [
  ["another's key", { certificate: a.certificate, key: b.key }, /^SecretKeyMismatch/],
  ['the issuer first', { certificate: b.certificate + a.certificate, key: a.key }, /^SecretKeyMismatch/],
  ['a key of another kind', { certificate: a.certificate, key: rsa.key }, /^SecretKeyMismatch/],
  ['no certificate', { certificate: '', key: a.key }, /^SecretMalformed.*no tls\.crt/],
  ['no key', { certificate: a.certificate, key: '' }, /^SecretMalformed.*no tls\.key/],
  ['text', { certificate: 'hello', key: a.key }, /^SecretMalformed.*no PEM block "CERTIFICATE"/],
  ['no END', { certificate: a.certificate.slice(0, -30), key: a.key }, /^SecretMalformed/],
  ['not base64', { certificate: broken, key: a.key }, /^SecretMalformed.*certificate 1/],
  [
    'an issuer without END',
    { certificate: a.certificate + b.certificate.slice(0, -30), key: a.key },
    /certificate 2/,
  ],
  ['a broken issuer', { certificate: a.certificate + broken, key: a.key }, /^SecretMalformed.*certificate 2/],
  ['a long chain', { certificate: a.certificate.repeat(33), key: a.key }, /^SecretMalformed.*more than 32/],
  [
    'a certificate for a key',
    { certificate: a.certificate, key: a.certificate },
    /^SecretMalformed.*no PEM block/,
  ],
  ['a weak key', weak, /^SecretMalformed.*1024 bits/],
  ['an encrypted key', { certificate: a.certificate, key: String(encrypted) }, /^SecretMalformed.*encrypted/],
];
for (const [name, pair, expected] of refused) {
  test(`refused: ${name}`, () => assert.match(outcome(pair), expected));
}

test('refused: a secret of another type, or without data', () => {
  assert.match(outcome(a, 'Opaque'), /^SecretTypeWrong.*"Opaque".*kubernetes\.io\/tls/);
  const empty: Secret = { ...meta('a/s'), kind: 'Secret', type: 'kubernetes.io/tls', data: new Map() };
  assert.ok('problem' in check(empty));
});

test('what is served is the certificate and the key, written anew', () => {
  const checked = check(
    tlsSecret('a/s', { certificate: `x\r\n${a.certificate}\r\ny${b.certificate}`, key: ` ${a.key}` }),
  );
  assert.ok('certificate' in checked);
  const { chain, key } = checked.certificate;
  const pems = Buffer.from(chain)
    .toString()
    .split(/(?<=-----END CERTIFICATE-----\n)/);
  const raw = (pem: string) => new X509Certificate(pem).raw;
  assert.deepEqual(pems.map(raw), [raw(a.certificate), raw(b.certificate)]);
  assert.ok(createPrivateKey(Buffer.from(key)).equals(createPrivateKey(a.key)));
  assert.match(Buffer.from(key).toString(), /^-----BEGIN PRIVATE KEY-----\n(.{64}\n)+/);
});

test('a secret is checked once', () => {
  const checks = new CertificateChecks();
  const secret = tlsSecret('a/s', a);
  assert.equal(checks.of(secret), checks.of(secret));
});

test('no bytes make it throw, and no problem tells a piece of the key', () => {
  const piece = fc.constantFrom(
    a.certificate,
    a.key.slice(0, 99),
    a.key,
    '-----BEGIN ',
    '-----END ',
    'CERTIFICATE-----',
    '\0',
    '=',
  );
  const text = fc.array(fc.oneof(piece, fc.string()), { maxLength: 6 }).map((parts) => parts.join(''));
  const body = a.key.split('\n')[1] ?? '';
  fc.assert(
    fc.property(text, text, (certificate, key) => assert.ok(!outcome({ certificate, key }).includes(body))),
  );
});
