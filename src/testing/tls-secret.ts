// A key pair as a manifest.
import type { KeyPair } from './objects.ts';

/** A Secret of type TLS in the namespace `namespace`. */
export function tlsSecret(namespace: string, name: string, { certificate, key }: KeyPair): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return `apiVersion: v1
kind: Secret
type: kubernetes.io/tls
metadata: { namespace: ${namespace}, name: ${name} }
data:
  tls.crt: ${base64(certificate)}
  tls.key: ${base64(key)}
`;
}
