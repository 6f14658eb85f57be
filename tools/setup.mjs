// Brings everything that the project needs on a machine with an old Node, Python 3 and Go; runs on Node 20, without
// packages. `node tools/setup.mjs [STEP...]`, steps: those of `steps` below.
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot } from './setup/cache.mjs';
import { debianStep } from './setup/debian.mjs';
import { envoyStep } from './setup/envoy.mjs';
import { main, SetupFailure } from './setup/failure.mjs';
import { corednsStep, helmStep } from './setup/helm.mjs';
import { kubernetesStep, nodeProgramsStep } from './setup/kubernetes.mjs';
import { nodeStep } from './setup/node.mjs';
import { packagesStep } from './setup/packages.mjs';
import { duration, reported } from './setup/progress.mjs';
import { protosStep } from './setup/protos.mjs';

/** The checkout. */
export const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));

const steps = {
  node: nodeStep,
  packages: packagesStep,
  protos: protosStep,
  envoy: envoyStep,
  kubernetes: kubernetesStep,
  helm: helmStep,
  debian: debianStep,
  'node-programs': nodeProgramsStep,
  coredns: corednsStep,
};

/** What the quickstart needs. Tests with an API server need `kubernetes`, too. */
export const usual = ['node', 'packages', 'protos', 'envoy'];

/** What a Kubernetes node of our own needs besides, with helm to install on it. */
export const cluster = ['kubernetes', 'helm', 'debian', 'node-programs', 'coredns'];

/**
 * Runs the steps that are not done yet, in order. Prerequisites of all of them are checked before the first one runs.
 * Returns the path of a recent Node and the environment to run the project's programs in.
 */
export async function setUp(names = usual) {
  const start = performance.now();
  const say = (text) => process.stderr.write(`set-up: ${text}\n`);
  const context = { root, cache: cacheRoot(), env: { ...process.env }, node: process.execPath };
  const wanted = names.map((name) => steps[name](context));
  const stop = endOnSignals();
  const open = wanted.filter((step) => !step.isDone());
  for (const step of open) await step.check();
  for (const [index, step] of wanted.entries()) {
    if (open.includes(step)) {
      await reported({ index: index + 1, count: wanted.length, title: step.title, say }, step.run);
    } else if (open.length > 0) {
      say(`[${index + 1}/${wanted.length}] ${step.title}: in place`);
    }
    step.finish?.();
  }
  stop();
  say(`${names.join(', ')} in place (${duration(performance.now() - start)})`);
  return { node: context.node, env: context.env };
}

/** Ends through process.exit, so that locks are released and running programs end with us. Returns the way back. */
function endOnSignals() {
  const exits = {
    SIGHUP: () => process.exit(129),
    SIGINT: () => process.exit(130),
    SIGTERM: () => process.exit(143),
  };
  for (const [signal, exit] of Object.entries(exits)) process.on(signal, exit);
  return () => {
    for (const [signal, exit] of Object.entries(exits)) process.off(signal, exit);
  };
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const names = process.argv.slice(2);
    const unknown = names.find((name) => !Object.hasOwn(steps, name));
    if (unknown !== undefined)
      throw new SetupFailure(`there is no step "${unknown}"; steps: ${Object.keys(steps).join(' ')}`);
    await setUp(names.length === 0 ? usual : names);
  });
}
