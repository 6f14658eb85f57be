// The quickstart: makes a certificate, starts the sample backends and runs `contour serve` on this folder.
//   node examples/quickstart/start.ts --envoy PATH [flags of contour serve]
// Without --envoy the variable ENVOY names the binary. Ctrl-C ends everything.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSigned } from '../../src/testing/certificates.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';
import { startBackends } from './backends.ts';

const directory = import.meta.dirname;

/** A new key at every start, readable by this user alone; the name is one that git ignores. */
async function writeSecret(): Promise<void> {
  const file = join(directory, 'generated-shop-tls.yaml');
  const secret = tlsSecret('default', 'shop-tls', await selfSigned('shop.localhost'));
  await rm(file, { force: true }); // The mode below is that of a new file.
  await writeFile(file, `# Made by start.ts at every start.\n${secret}`, { mode: 0o600, flag: 'wx' });
}

/** Resolves with the exit code of `contour serve`. */
async function serve(flags: readonly string[]): Promise<number> {
  const main = join(directory, '../../src/main.ts');
  const contour = spawn(process.execPath, [main, 'serve', '--manifests', directory, ...flags], {
    stdio: 'inherit',
  });
  // A Ctrl-C reaches contour too, since it is in our process group: wait for it to end in order.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => contour.kill('SIGTERM'));
  process.once('exit', () => contour.kill('SIGKILL'));
  const [code] = await once(contour, 'exit');
  return typeof code === 'number' ? code : 1;
}

/** A trial is for this machine alone; a flag that is given again wins. */
const onLoopback = [
  '--envoy-service-http-address=127.0.0.1',
  '--envoy-service-https-address=127.0.0.1',
  '--stats-address=127.0.0.1',
];
const given = process.argv.slice(2);
const namesEnvoy = given.some((flag) => flag === '--envoy' || flag.startsWith('--envoy='));
const envoy = namesEnvoy || process.env.ENVOY === undefined ? [] : ['--envoy', process.env.ENVOY];
try {
  const closeBackends = await startBackends();
  await writeSecret();
  process.exitCode = await serve([...onLoopback, ...envoy, ...given]);
  closeBackends();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
