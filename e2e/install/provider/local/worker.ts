// What makes pods run, reach each other, and find Services by address and by name.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { eventually } from '../../../../src/testing/deadline.ts';
import type { Credentials } from './credentials.ts';
import { nodeAddress } from './namespaces.ts';
import type { Programs } from './programs.ts';

const run = promisify(execFile);

export interface WorkerOptions {
  readonly folder: string;
  readonly binaries: string;
  readonly coredns: string;
  readonly credentials: Credentials;
}

export interface Worker {
  /** Puts the images of an archive into containerd. */
  load(archive: string): Promise<void>;
}

const podRange = '10.88.0.0/24';
export const pauseImage = 'localhost/pause:1';
/** All cgroups of pods are under this one. */
export const cgroup = '/contour-e2e';

export async function startWorker(programs: Programs, options: WorkerOptions): Promise<Worker> {
  const { folder, binaries, coredns, credentials } = options;
  const file = (name: string) => join(folder, name);
  const write = async (name: string, text: string) => {
    await writeFile(file(name), text);
    return file(name);
  };
  await mkdir(file('cni'), { recursive: true });
  await write('cni/10-bridge.conflist', JSON.stringify(network));
  const socket = file('containerd.sock');
  const containerd = await programs.start('containerd', [
    'containerd',
    `--config=${await write('containerd.toml', containerdConfig(folder))}`,
  ]);
  const ctr = (...args: readonly string[]) =>
    run('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
  // kubelet ends at once when the socket isn't there.
  await eventually(async () => {
    await containerd.check();
    await ctr('version');
  });
  await programs.start('kubelet', [
    join(binaries, 'kubelet'),
    `--kubeconfig=${credentials.kubeconfig('system:node:node0')}`,
    `--config=${await write('kubelet.yaml', kubeletConfig(folder))}`,
    '--hostname-override=node0',
    `--node-ip=${nodeAddress}`,
    `--root-dir=${file('kubelet')}`,
  ]);
  await programs.start('kube-proxy', [
    join(binaries, 'kube-proxy'),
    `--kubeconfig=${credentials.kubeconfig('system:kube-proxy')}`,
    '--proxy-mode=iptables',
    '--hostname-override=node0',
    `--cluster-cidr=${podRange}`,
    // The table's limits belong to the whole machine.
    '--conntrack-max-per-core=0',
    '--conntrack-tcp-timeout-established=0s',
    '--conntrack-tcp-timeout-close-wait=0s',
  ]);
  const dns = await programs.start('coredns', [
    coredns,
    `-conf=${await write('Corefile', corefile(credentials))}`,
  ]);
  await dns.check();
  return {
    async load(archive) {
      const { stdout } = await ctr('images', 'import', '--no-unpack=false', archive);
      assert.match(stdout, /unpacking/);
    },
  };
}

const network = {
  cniVersion: '0.4.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: podRange }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
};

/** Without CAP_SYS_RESOURCE nobody may lower an OOM score; where it is there, the setting changes nothing here. */
const containerdConfig = (folder: string): string => `
version = 2
root = "${join(folder, 'containerd')}"
state = "${join(folder, 'containerd-state')}"
[grpc]
  address = "${join(folder, 'containerd.sock')}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(folder, 'containerd-opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${join(folder, 'cni')}"
`;

const kubeletConfig = (folder: string): string =>
  stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${join(folder, 'containerd.sock')}`,
    volumePluginDir: join(folder, 'volume-plugins'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroup,
    cgroupsPerQOS: true,
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [nodeAddress],
    clusterDomain: 'cluster.local',
    resolvConf: '',
    // Reached from the API server beside it, and from nowhere else.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    evictionHard: { 'memory.available': '1%', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    imageMinimumGCAge: '24h',
    // Scenarios wait for pods to come and go.
    nodeStatusUpdateFrequency: '2s',
    syncFrequency: '5s',
    serializeImagePulls: false,
  });

const corefile = (credentials: Credentials): string => `
.:53 {
  bind ${nodeAddress}
  errors
  kubernetes cluster.local {
    kubeconfig ${credentials.kubeconfig('admin')}
    ttl 1
  }
}
`;
