// Stand-ins for Secrets that we may not read, so that all else of the objects that name them can be judged.
import { createECDH } from 'node:crypto';
import { toPem } from '../dag/pem.ts';
import type { RawObject } from '../store/events.ts';

/** Holds a certificate, its key and an authority that pass every check. */
export function standInSecret({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): RawObject {
  const { certificate, key } = keyPair();
  const stringData = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': certificate };
  const metadata = { namespace, name };
  return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData };
}

const tags = { integer: 2, bits: 3, octets: 4, oid: 6, time: 0x17, sequence: 0x30 } as const;
const ecPublicKey = '2a8648ce3d0201';
const prime256v1 = '2a8648ce3d030107';
const ecdsaWithSha256 = '2a8648ce3d040302';

/** A self-signed certificate (RFC 5280) of no name and its key (RFC 5915), PEM. The key is 1, which is no secret. */
function keyPair(): { readonly certificate: string; readonly key: string } {
  const one = Buffer.from('01'.padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(one);
  const publicKey = bits(curve.getPublicKey());
  const algorithm = sequence(oid(ecdsaWithSha256));
  const small = der(tags.integer, Buffer.from([1]));
  const validity = sequence(time('700101000000Z'), time('491231235959Z'));
  const keyInfo = sequence(sequence(oid(ecPublicKey), oid(prime256v1)), publicKey);
  const content = sequence(small, algorithm, sequence(), validity, sequence(), keyInfo);
  // Nobody checks who signed it.
  const certificate = sequence(content, algorithm, bits(sequence(small, small)));
  const key = sequence(small, der(tags.octets, one), der(0xa0, oid(prime256v1)), der(0xa1, publicKey));
  return { certificate: toPem('CERTIFICATE', certificate), key: toPem('EC PRIVATE KEY', key) };
}

/** Content of less than 64 KiB. */
function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(tags.sequence, ...parts);
const oid = (hex: string): Uint8Array => der(tags.oid, Buffer.from(hex, 'hex'));
const bits = (content: Uint8Array): Uint8Array => der(tags.bits, Buffer.from([0]), content);
const time = (text: string): Uint8Array => der(tags.time, Buffer.from(text));
