// A real Kubernetes of one node on this machine, without Docker: kubelet, containerd, kube-proxy and cluster DNS.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../src/testing/deadline.ts';
import { kubectlOf } from '../../../cluster/kit/kubectl.ts';
import type { Cluster, Say } from '../provider.ts';
import { addCgroups, removeCgroups } from './cgroups.ts';
import { startControlPlane } from './control-plane.ts';
import { makeCredentials } from './credentials.ts';
import { nodeAddress, startMachine } from './namespaces.ts';
import { makePauseImage } from './pause.ts';
import { programsOn } from './programs.ts';
import { cgroup, startWorker } from './worker.ts';

export interface LocalOptions {
  /** Folder of the Kubernetes programs. */
  readonly binaries: string;
  /** Path of coredns. */
  readonly coredns: string;
  readonly say: Say;
}

/** Needs root, and what the set-up step `cluster` brings. */
export async function startLocal({ binaries, coredns, say }: LocalOptions): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'contour-node-'));
  say(`the node's files and logs: ${folder}`);
  const machine = await startMachine();
  const stop = async () => {
    await machine.stop();
    await removeCgroups(cgroup);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await addCgroups(cgroup);
    const credentials = await makeCredentials(join(folder, 'credentials'));
    const programs = await programsOn(machine, join(folder, 'logs'));
    await startControlPlane(programs, { folder, binaries, credentials });
    say('the API server is ready');
    const worker = await startWorker(programs, { folder, binaries, coredns, credentials });
    await worker.load(await makePauseImage(folder));
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
    say('the node is ready');
    return {
      ...{ provider: 'local', kubeconfig, nodeAddress, stop },
      async loadImages(archives) {
        for (const archive of archives) await worker.load(archive);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
