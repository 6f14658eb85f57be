// What an example needs beside its committed files: certificates, made anew each time, and its sample applications.
import { selfSigned } from '../../src/testing/certificates.ts';
import type { KeyPair } from '../../src/testing/objects.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';
import { startBackends } from '../quickstart/backends.ts';
import { writeGenerated } from '../quickstart/serve.ts';
import type { Example } from './example.ts';

export interface Secrets {
  /** Name -> Secret as a manifest. */
  readonly manifests: ReadonlyMap<string, string>;
  /** Sample application -> what it ends TLS with. */
  readonly pairs: ReadonlyMap<string, KeyPair>;
}

/** New ones at every call. */
export async function makeSecrets({ certificates, encrypted }: Example): Promise<Secrets> {
  const manifests = new Map<string, string>();
  const pairs = new Map<string, KeyPair>();
  for (const { namespace, name, hosts } of certificates)
    manifests.set(name, tlsSecret(namespace, name, await pairFor(hosts)));
  for (const { application, hosts, authority } of encrypted) {
    const pair = await pairFor(hosts);
    pairs.set(application, pair);
    if (authority !== undefined) manifests.set(authority.name, caSecret(authority, pair));
  }
  return { manifests, pairs };
}

/** Writes the Secrets into `directory`, starts the applications, and returns how to end them. */
export async function prepare(example: Example, directory: string): Promise<() => void> {
  const { manifests, pairs } = await makeSecrets(example);
  for (const [name, manifest] of manifests) await writeGenerated(directory, name, manifest);
  return await startBackends(example.ports, pairs);
}

const pairFor = (hosts: readonly string[]): Promise<KeyPair> =>
  selfSigned(hosts[0] ?? 'localhost', { names: hosts });

/** A certificate that nobody else signed is its own authority. */
const caSecret = (
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { certificate }: KeyPair,
): string => `apiVersion: v1
kind: Secret
type: Opaque
metadata: { namespace: ${namespace}, name: ${name} }
data:
  ca.crt: ${Buffer.from(certificate).toString('base64')}
`;
