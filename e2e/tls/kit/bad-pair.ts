// Key pairs that cannot be used, for two reasons that are found in two places.
import { createPrivateKey } from 'node:crypto';
import { selfSigned } from '../../../src/testing/certificates.ts';
import type { KeyPair } from '../../../src/testing/objects.ts';

/** The key of another certificate: we find out. */
export async function mismatched(name: string): Promise<KeyPair> {
  const [one, two] = await Promise.all([selfSigned(name), selfSigned(name)]);
  return { certificate: one.certificate, key: two.key };
}

/** An RSA key whose last number is off by one: OpenSSL computes that anew, Envoy's library checks it. */
export async function refusedByEnvoy(name: string): Promise<KeyPair> {
  const { certificate, key } = await selfSigned(name, { keyType: 'rsa' });
  const der = createPrivateKey(key).export({ type: 'pkcs1', format: 'der' });
  der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
  const base64 = der.toString('base64');
  return { certificate, key: `-----BEGIN RSA PRIVATE KEY-----\n${base64}\n-----END RSA PRIVATE KEY-----\n` };
}
