// The quickstart: makes a certificate, starts the sample backends and runs `contour serve` on this folder.
//   node examples/quickstart/start.ts --envoy PATH [flags of contour serve]
// Without --envoy the variable ENVOY names the binary. Ctrl-C ends everything.
import { startBackends } from './backends.ts';
import { serve, writeSecret } from './serve.ts';

const directory = import.meta.dirname;
/** The addresses that services.yaml names. */
const ports = new Map([
  ['blog', 10081],
  ['shop', 10082],
]);

try {
  const closeBackends = await startBackends(ports);
  await writeSecret(directory, { namespace: 'default', name: 'shop-tls', hosts: ['shop.localhost'] });
  process.exitCode = await serve(directory, process.argv.slice(2));
  closeBackends();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
