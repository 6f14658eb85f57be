// Certificates that are made on the spot. No key is ever a file of the repository.
import { generate } from 'selfsigned';
import type { KeyPair } from './objects.ts';

export interface CertificateOptions {
  readonly keyType?: 'rsa' | 'ec';
  /** Bits of an RSA key. */
  readonly keySize?: number;
  readonly curve?: 'P-256' | 'P-384' | 'P-521';
  /** DNS names; without any, the common name. */
  readonly names?: readonly string[];
  /** IP addresses that it is for, too. */
  readonly addresses?: readonly string[];
}

/** P-256 if nothing else is said: by far the quickest to make. */
export async function selfSigned(commonName: string, options: CertificateOptions = {}): Promise<KeyPair> {
  const { keyType = 'ec', keySize = 2048, curve = 'P-256', names = [commonName], addresses = [] } = options;
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType,
    keySize,
    curve,
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
