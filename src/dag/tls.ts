// A `secretName` -> the certificate that a host is served with, or the problem that keeps it from being served.
import type { CertificateChecks, Checked } from './certificate.ts';
import type { Certificate, TlsVersion } from './model.ts';
import { type Problem, problems } from './problems.ts';
import type { ObjectView } from './view.ts';

export interface SecretReference {
  readonly namespace: string;
  readonly name: string;
}

/** `name` in `namespace`, or `namespace/name`; undefined if it is neither. */
export function secretReference(secretName: string, namespace: string): SecretReference | undefined {
  const parts = secretName.split('/');
  if (parts.length > 2 || parts.includes('')) return undefined;
  const [first = '', second] = parts;
  return second === undefined ? { namespace, name: first } : { namespace: first, name: second };
}

/**
 * Looks at a secret of another namespace only if a TLSCertificateDelegation there lets `namespace` use it.
 * `unknown`: the source has not answered yet.
 */
export function certificateFor(
  view: ObjectView,
  checks: CertificateChecks,
  { secretName, namespace }: { readonly secretName: string; readonly namespace: string },
): Checked | 'unknown' {
  if (secretName === '') return { problem: problems.SecretNameMissing() };
  const reference = secretReference(secretName, namespace);
  if (reference === undefined) return { problem: problems.SecretNameInvalid(secretName) };
  const { namespace: owner, name } = reference;
  if (owner !== namespace && !view.granted(owner, name, namespace))
    return { problem: problems.SecretNotDelegated(reference, namespace) };
  const secret = view.secret(owner, name);
  if (secret === 'unknown') return 'unknown';
  return secret === undefined ? { problem: problems.SecretMissing(reference) } : checks.of(secret);
}

/** What a host is served with over TLS. */
export interface TlsTerms {
  readonly certificate: Certificate;
  /** Undefined: not asked for. */
  readonly minimumVersion?: TlsVersion;
}

const versions: readonly TlsVersion[] = ['1.1', '1.2', '1.3'];

export const tlsVersion = (text: string | undefined): TlsVersion | undefined =>
  versions.find((version) => version === text);

/** `field`: where the version was asked for. Fails the host: with an older version than was meant nothing is served. */
export function versionProblem(field: string, version: string | undefined): Problem | undefined {
  if (version === undefined || tlsVersion(version) !== undefined) return undefined;
  return problems.TlsVersionUnknown(field, version);
}
