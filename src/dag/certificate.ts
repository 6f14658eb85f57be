// Checks what a TLS secret holds the way Envoy will, so that a bad certificate is told to its owner, not to Envoy.
import { createPrivateKey, hash, type KeyObject, X509Certificate } from 'node:crypto';
import type { Certificate, UpstreamValidation } from './model.ts';
import type { Secret } from './objects.ts';
import { pemBlocks, toPem } from './pem.ts';
import { type Problem, problems } from './problems.ts';

export type Checked = { readonly certificate: Certificate } | { readonly problem: Problem };

const certificateLabels = new Set(['CERTIFICATE', 'X509 CERTIFICATE']);
/** How the key inside each kind of block is encoded. */
const keyEncodings = new Map<string, 'pkcs8' | 'pkcs1' | 'sec1'>([
  ['PRIVATE KEY', 'pkcs8'],
  ['RSA PRIVATE KEY', 'pkcs1'],
  ['EC PRIVATE KEY', 'sec1'],
]);
/** Real chains have up to 5; each one is sent in every handshake. */
const longestChain = 32;
/** The stores of operating systems have about 150. */
const mostAuthorities = 512;
/** What Envoy accepts of a server's key. */
const leastRsaBits = 2_048;
const curves = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** The authorities that an endpoint's certificate is checked against. */
export type Authorities = Pick<UpstreamValidation, 'ca' | 'fingerprint'> | { readonly malformed: string };

/** Remembers the outcome for a secret as long as the secret's object lives: hosts that share one check it once. */
export class CertificateChecks {
  readonly #known = new WeakMap<Secret, Checked>();
  readonly #authorities = new WeakMap<Secret, Authorities>();

  /** Never throws. The PEM that it returns is written anew, in a form that Envoy's reader takes. */
  of(secret: Secret): Checked {
    const known = this.#known.get(secret);
    if (known !== undefined) return known;
    const checked = check(secret);
    this.#known.set(secret, checked);
    return checked;
  }

  /** Of a Secret of any type, under `ca.crt`. Never throws; the PEM is written anew. */
  authorities(secret: Secret): Authorities {
    const known = this.#authorities.get(secret);
    if (known !== undefined) return known;
    const read = readCertificates(secret.data.get('ca.crt'), { field: 'ca.crt', most: mostAuthorities });
    const authorities = typeof read === 'string' ? { malformed: read } : fingerprinted(pemOf(read));
    this.#authorities.set(secret, authorities);
    return authorities;
  }
}

const fingerprinted = (ca: string): Authorities => ({
  ca,
  fingerprint: hash('sha256', ca, 'base64url').slice(0, 22),
});

const pemOf = (certificates: readonly X509Certificate[]): string =>
  certificates.map(({ raw }) => toPem('CERTIFICATE', raw)).join('');

function check(secret: Secret): Checked {
  if (secret.type !== 'kubernetes.io/tls') return { problem: problems.SecretTypeWrong(secret, secret.type) };
  const malformed = (reason: string): Checked => ({ problem: problems.SecretMalformed(secret, reason) });
  const chain = readCertificates(secret.data.get('tls.crt'), { field: 'tls.crt', most: longestChain });
  if (typeof chain === 'string') return malformed(chain);
  const key = readKey(secret.data.get('tls.key'));
  if (typeof key === 'string') return malformed(key);
  const [leaf] = chain;
  if (leaf === undefined || !isKeyOf(leaf, key.object))
    return { problem: problems.SecretKeyMismatch(secret) };
  const unusable = unusableKey(key.object);
  if (unusable !== undefined) return malformed(unusable);
  const { namespace, name } = secret;
  const encoder = new TextEncoder();
  return {
    certificate: { namespace, name, chain: encoder.encode(pemOf(chain)), key: encoder.encode(key.pem) },
  };
}

/** The certificates in their order, or what is wrong with them. */
function readCertificates(
  bytes: Uint8Array | undefined,
  { field, most }: { readonly field: string; readonly most: number },
): readonly X509Certificate[] | string {
  if (bytes === undefined || bytes.length === 0) return `it has no ${field}`;
  const blocks = pemBlocks(bytes).filter(({ label }) => certificateLabels.has(label));
  if (blocks.length === 0) return `${field} has no PEM block "CERTIFICATE"`;
  if (blocks.length > most) return `${field} has more than ${most} certificates`;
  const chain: X509Certificate[] = [];
  for (const [index, { der }] of blocks.entries()) {
    const certificate = der && attempt(() => new X509Certificate(der));
    if (!certificate) return `certificate ${index + 1} in ${field} can't be read`;
    chain.push(certificate);
  }
  return chain;
}

/** The first private key, or what is wrong with it. */
function readKey(bytes: Uint8Array | undefined): { object: KeyObject; pem: string } | string {
  if (bytes === undefined || bytes.length === 0) return 'it has no tls.key';
  const blocks = pemBlocks(bytes);
  if (blocks.some(({ label }) => label === 'ENCRYPTED PRIVATE KEY'))
    return 'tls.key is encrypted; store it in plain';
  const block = blocks.find(({ label }) => keyEncodings.has(label));
  const type = block && keyEncodings.get(block.label);
  if (!block || !type) return 'tls.key has no PEM block "PRIVATE KEY"';
  const { der, label } = block;
  const object = der && attempt(() => createPrivateKey({ key: der, format: 'der', type }));
  return der && object ? { object, pem: toPem(label, der) } : "the key in tls.key can't be read";
}

const isKeyOf = (leaf: X509Certificate, key: KeyObject): boolean =>
  attempt(() => leaf.checkPrivateKey(key)) ?? false;

function unusableKey({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): string | undefined {
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    return bits < leastRsaBits ? `its RSA key has ${bits} bits; Envoy needs ${leastRsaBits}` : undefined;
  }
  if (type !== 'ec') return 'its key must be RSA or ECDSA';
  return curves.has(details?.namedCurve ?? '') ? undefined : 'its key must be on P-256, P-384 or P-521';
}

/** undefined if OpenSSL refuses: its reasons name its own internals, no help to the secret's owner. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
