// Starts a cluster, loads images, writes the file that scenarios read, and holds the cluster until standard input ends
// or a signal comes: `node e2e/install/serve-cluster.ts PROVIDER STATE_FILE IMAGE=ARCHIVE...`.
import { once } from 'node:events';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { State } from './kit/state.ts';
import { startKind } from './provider/kind.ts';
import { startLocal } from './provider/local/index.ts';
import type { Cluster, Provider } from './provider/provider.ts';

const started = performance.now();
const say = (text: string) =>
  process.stderr.write(`cluster: ${text} (${((performance.now() - started) / 1_000).toFixed(1)} s)\n`);

/** What set-up told. */
function told(name: string): string {
  const value = process.env[name] ?? '';
  if (value === '') throw new Error(`${name} is not set: run \`npm run e2e\`, which sets it`);
  return value;
}

const providers: Readonly<Record<string, Provider>> = {
  local: (options) => startLocal({ ...options, binaries: told('KUBERNETES_BIN'), coredns: told('COREDNS') }),
  kind: startKind,
};

const [provider = '', stateFile = '', ...images] = process.argv.slice(2);
const start = providers[provider];
if (start === undefined) throw new Error(`there is no provider "${provider}"`);
const ending = new AbortController();
const ended = once(ending.signal, 'abort');
const end = () => ending.abort(new Error('told to end'));
process.stdin.on('end', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
try {
  const cluster = await start({ say, signal: ending.signal });
  try {
    await load(cluster);
    await ended;
  } finally {
    await cluster.stop().catch((error) => {
      say(`not everything is gone, the next run removes it: ${error}`);
    });
    // Who started this removes it, too, unless it was killed.
    await rm(dirname(stateFile), { recursive: true, force: true });
    say('ended');
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
process.exit(0);

/** Images, then the file whose appearance says that all is there. */
async function load(cluster: Cluster): Promise<void> {
  const named = images.map((image) => image.split('=') as [string, string]);
  for (const [image, archive] of named) {
    if (ending.signal.aborted) return;
    await cluster.loadImages([archive]);
    say(`${image} is on the node`);
  }
  const state: State = {
    provider,
    kubeconfig: cluster.kubeconfig,
    kubectl: join(told('KUBERNETES_BIN'), 'kubectl'),
    helm: told('HELM'),
    nodeAddress: cluster.nodeAddress,
    images: Object.fromEntries(named.map(([image]) => [imageName(image), image])) as State['images'],
    folder: dirname(stateFile),
  };
  await writeFile(`${stateFile}.part`, JSON.stringify(state));
  await rename(`${stateFile}.part`, stateFile);
  say('ready');
}

/** `contour` of `localhost/contour:e2e`. */
function imageName(image: string): string {
  return image.replace(/^.*\//, '').replace(/:.*$/, '');
}
