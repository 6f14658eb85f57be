// A cluster by kind, which runs its node in a container of Docker.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Cluster, StartOptions } from './provider.ts';

/** Runs a program and gives its standard output; the signal ends it. */
export type Run = (command: string, args: readonly string[], signal?: AbortSignal) => Promise<string>;

const clusterName = 'contour-e2e';
const node = `${clusterName}-control-plane`;
const image = 'docker.io/kindest/node:v1.34.0';

/** The node's address is that of its container, which Linux routes to; other systems don't. */
export async function startKind({ say, signal }: StartOptions, run: Run = execute): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'contour-kind-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const kind = (...args: readonly string[]) => run('kind', named(args));
  const remove = () => kind('delete', 'cluster', '--kubeconfig', kubeconfig);
  const stop = async () => {
    try {
      await remove();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  try {
    await remove(); // One that a killed run left; without one this does nothing.
    say('kind creates a cluster');
    const create = ['create', 'cluster', '--image', image, '--kubeconfig', kubeconfig, '--wait', '180s'];
    await run('kind', named(create), signal);
    const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}';
    const [nodeAddress = ''] = (await run('docker', ['inspect', '--format', format, node])).trim().split(' ');
    if (nodeAddress === '') throw new Error(`${node} has no address: is Docker's network driver bridge?`);
    say('the node is ready');
    return {
      ...{ provider: 'kind', kubeconfig, nodeAddress, stop },
      async loadImages(archives) {
        for (const archive of archives) await kind('load', 'image-archive', archive);
      },
    };
  } catch (error) {
    await stop().catch(() => {}); // The first failure says more.
    throw error;
  }
}

const named = (args: readonly string[]): readonly string[] => [...args, '--name', clusterName];

async function execute(command: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  try {
    return (await promisify(execFile)(command, [...args], { signal })).stdout;
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === 'ENOENT')
      throw new Error(`${command} is missing: install it, or take --provider local`, { cause: error });
    throw new Error(`${command} ${args.join(' ')}: ${stderr}`, { cause: error });
  }
}
