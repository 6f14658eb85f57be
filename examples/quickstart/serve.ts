// What an example needs beside its manifests: certificates made on the spot, and `contour serve` on this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSigned } from '../../src/testing/certificates.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';

export interface CertificateOf {
  readonly namespace: string;
  /** Of the Secret. */
  readonly name: string;
  /** DNS names that it is for, the first one its common name. */
  readonly hosts: readonly string[];
}

/** Writes a Secret with a new key at every call. */
export async function writeSecret(directory: string, certificate: CertificateOf): Promise<void> {
  const { namespace, name, hosts } = certificate;
  const pair = await selfSigned(hosts[0] ?? 'localhost', { names: hosts });
  await writeGenerated(directory, name, tlsSecret(namespace, name, pair));
}

/** Readable by this user alone. Git ignores `generated-*.yaml` in the folders of examples. */
export async function writeGenerated(directory: string, name: string, manifest: string): Promise<void> {
  const file = join(directory, `generated-${name}.yaml`);
  await rm(file, { force: true }); // The mode below is that of a new file.
  await writeFile(file, `# Made by start.ts at every start.\n${manifest}`, { mode: 0o600, flag: 'wx' });
}

/** A trial is for this machine alone; a flag that is given again wins. */
const onLoopback = [
  '--envoy-service-http-address=127.0.0.1',
  '--envoy-service-https-address=127.0.0.1',
  '--stats-address=127.0.0.1',
];

/** Runs `contour serve` on the folder until it ends; resolves with its exit code. Without `--envoy`, ENVOY names the binary. */
export async function serve(directory: string, flags: readonly string[]): Promise<number> {
  const namesEnvoy = flags.some((flag) => flag === '--envoy' || flag.startsWith('--envoy='));
  const envoy = namesEnvoy || process.env.ENVOY === undefined ? [] : ['--envoy', process.env.ENVOY];
  const main = join(import.meta.dirname, '../../src/main.ts');
  const args = [main, 'serve', '--manifests', directory, ...onLoopback, ...envoy, ...flags];
  const contour = spawn(process.execPath, args, { stdio: 'inherit' });
  // A Ctrl-C reaches contour too, since it is in our process group: wait for it to end in order.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => contour.kill('SIGTERM'));
  process.once('exit', () => contour.kill('SIGKILL'));
  const [code] = await once(contour, 'exit');
  return typeof code === 'number' ? code : 1;
}
