// Whether a host has a certificate that may be used.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { find, type Metadata, ofKind, type WorldObject } from './objects.ts';

/** `secretName` as it stands in the object: `name`, or `namespace/name` of a certificate that was delegated. */
export function usableCertificate(
  objects: readonly WorldObject[],
  { namespace: from }: Metadata,
  secretName: string,
): boolean {
  const parts = secretName.split('/');
  const [namespace = '', name = ''] = parts.length > 1 ? parts : [from, secretName];
  if (namespace !== from && !isDelegated(objects, namespace, name, from)) return false;
  const secret = find(objects, 'Secret', namespace, name);
  return secret?.type === 'kubernetes.io/tls' && isPair(secret.data);
}

const isDelegated = (objects: readonly WorldObject[], owner: string, name: string, target: string): boolean =>
  ofKind(objects, 'TLSCertificateDelegation')
    .filter(({ metadata }) => metadata.namespace === owner)
    .flatMap(({ spec }) => spec.delegations)
    .filter(({ secretName }) => secretName === name)
    .some(({ targetNamespaces }) => targetNamespaces.includes(target) || targetNamespaces.includes('*'));

function isPair(data: Readonly<Record<string, string>>): boolean {
  const [certificate = '', key = ''] = ['tls.crt', 'tls.key'].map((name) =>
    Buffer.from(data[name] ?? '', 'base64').toString(),
  );
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
