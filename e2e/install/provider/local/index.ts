// A real Kubernetes of one node on this machine, without Docker: kubelet, containerd, kube-proxy and cluster DNS.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../../src/testing/deadline.ts';
import { kubectlOf } from '../../../cluster/kit/kubectl.ts';
import type { Cluster, StartOptions } from '../provider.ts';
import { addCgroups, removeCgroups } from './cgroups.ts';
import { startControlPlane } from './control-plane.ts';
import { makeCredentials } from './credentials.ts';
import { hideHostFolders, makeFolder } from './folders.ts';
import { type Machine, nodeAddress, startMachine } from './namespaces.ts';
import { makePauseImage } from './pause.ts';
import { programsOn } from './programs.ts';
import { cgroup, startWorker } from './worker.ts';

export interface LocalOptions extends StartOptions {
  /** Folder of the Kubernetes programs. */
  readonly binaries: string;
  /** Path of coredns. */
  readonly coredns: string;
}

/** Needs root, and what the set-up steps of a cluster bring. */
export async function startLocal(options: LocalOptions): Promise<Cluster> {
  const { say, signal } = options;
  const machine = await startMachine({ say, signal });
  const folder = await makeFolder();
  say(`the node's files and logs: ${folder}`);
  const stop = async () => {
    await machine.stop();
    await removeCgroups(cgroup);
    // What was killed may still be ending.
    await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  };
  try {
    const node = await Promise.race([startNode(options, { machine, folder }), aborted(signal)]);
    say('the node is ready');
    return { ...{ provider: 'local', nodeAddress, stop }, ...node };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNode(
  { binaries, coredns, say }: LocalOptions,
  { machine, folder }: { readonly machine: Machine; readonly folder: string },
): Promise<Pick<Cluster, 'kubeconfig' | 'loadImages'>> {
  await hideHostFolders(machine, folder);
  await addCgroups(cgroup);
  const credentials = await makeCredentials(join(folder, 'credentials'));
  const programs = await programsOn(machine, join(folder, 'logs'));
  await startControlPlane(programs, { folder, binaries, credentials });
  say('the API server is ready');
  const worker = await startWorker(programs, { folder, binaries, coredns, credentials });
  await worker.load(await makePauseImage(machine, folder));
  const kubeconfig = credentials.kubeconfig('admin');
  const kubectl = kubectlOf(kubeconfig, folder);
  await eventually(
    async () => {
      const ready = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
      assert.equal(await kubectl(['get', 'nodes', '-o', `jsonpath=${ready}`]), 'True');
      await kubectl(['get', 'serviceaccount', 'default']);
    },
    { within: 120_000, every: 250 },
  );
  return {
    kubeconfig,
    async loadImages(archives) {
      for (const archive of archives) await worker.load(archive);
    },
  };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
