// `npm start`: set-up, then the quickstart; arguments go on to it.
import { join } from 'node:path';
import { main } from './setup/failure.mjs';
import { passThrough } from './setup/process.mjs';
import { root, setUp } from './setup.mjs';

await main(async () => {
  const { node, env } = await setUp();
  process.exitCode = await passThrough(
    node,
    [join(root, 'examples/quickstart/start.ts'), ...process.argv.slice(2)],
    { cwd: root, env },
  );
});
