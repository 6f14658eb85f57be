// Starts a cluster, loads images, writes the file that scenarios read, and holds the cluster until standard input ends
// or a signal comes: `node e2e/install/serve-cluster.ts PROVIDER STATE_FILE IMAGE=ARCHIVE...`.
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { State } from './kit/state.ts';
import { startKind } from './provider/kind.ts';
import { startLocal } from './provider/local/index.ts';
import type { Provider } from './provider/provider.ts';

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
  local: () => startLocal({ binaries: told('KUBERNETES_BIN'), coredns: told('COREDNS'), say }),
  kind: () => startKind(say),
};

const [provider = '', stateFile = '', ...images] = process.argv.slice(2);
const start = providers[provider];
if (start === undefined) throw new Error(`there is no provider "${provider}"`);
const ended = new Promise<void>((resolve) => {
  process.stdin.on('end', resolve).resume();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
});
const cluster = await start(say);
try {
  const named = images.map((image) => image.split('=') as [string, string]);
  await cluster.loadImages(named.map(([, archive]) => archive));
  say('the images are on the node');
  const state: State = {
    provider,
    kubeconfig: cluster.kubeconfig,
    kubectl: `${told('KUBERNETES_BIN')}/kubectl`,
    helm: told('HELM'),
    nodeAddress: cluster.nodeAddress,
    images: Object.fromEntries(named.map(([image]) => [imageName(image), image])) as State['images'],
    folder: dirname(stateFile),
  };
  await writeFile(stateFile, JSON.stringify(state));
  say('ready');
  await ended;
} finally {
  await cluster.stop();
  say('gone');
}
process.exit(0);

/** `contour` of `localhost/contour:e2e`. */
function imageName(image: string): string {
  return image.replace(/^.*\//, '').replace(/:.*$/, '');
}
