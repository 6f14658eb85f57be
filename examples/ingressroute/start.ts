// Serves one of the examples beside this file on this machine, with a sample application for each of its Services.
//   npm run example -- NAME [flags of contour serve]
// Without --envoy the variable ENVOY names the binary. Ctrl-C ends everything.
import { startBackends } from '../quickstart/backends.ts';
import { serve, writeSecret } from '../quickstart/serve.ts';
import { exampleNames, readExample } from './example.ts';

const [name = '', ...given] = process.argv.slice(2);
if (!exampleNames().includes(name)) {
  console.error(`there is no example "${name}"; examples: ${exampleNames().join(' ')}`);
  process.exitCode = 1;
} else {
  try {
    const { directory, ports, certificates, flags } = readExample(name);
    const closeBackends = await startBackends(ports);
    for (const certificate of certificates) await writeSecret(directory, certificate);
    process.exitCode = await serve(directory, [...flags, ...given]);
    closeBackends();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
