// A key pair as an object of the API.
import type { KeyPair } from '../../../src/testing/objects.ts';
import type { Manifest } from '../../kit/manifests.ts';

/** A Secret of type TLS, `namespace/name`. */
export function tlsSecretManifest(object: string, { certificate, key }: KeyPair): Manifest {
  const [namespace, name] = object.split('/');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { namespace, name },
    data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) },
  };
}
