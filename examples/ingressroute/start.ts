// Serves one of the examples beside this file on this machine, with a sample application for each of its Services.
//   npm run example -- NAME [flags of contour serve]
// Without --envoy the variable ENVOY names the binary. Ctrl-C ends everything.
import { serve } from '../quickstart/serve.ts';
import { exampleNames, readExample } from './example.ts';
import { prepare } from './prepare.ts';

const [name = '', ...given] = process.argv.slice(2);
if (!exampleNames().includes(name)) {
  console.error(`there is no example "${name}"; examples: ${exampleNames().join(' ')}`);
  process.exitCode = 1;
} else {
  try {
    const example = readExample(name);
    const closeBackends = await prepare(example, example.directory);
    process.exitCode = await serve(example.directory, [...example.flags, ...given]);
    closeBackends();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
