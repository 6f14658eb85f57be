// etcd, the API server, the controllers and the scheduler.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventually } from '../../../../src/testing/deadline.ts';
import { kubectlOf } from '../../../cluster/kit/kubectl.ts';
import { type Credentials, serviceRange } from './credentials.ts';
import { nodeAddress } from './namespaces.ts';
import type { Programs } from './programs.ts';

export interface ControlPlaneOptions {
  /** Of etcd's data and kubectl's cache. */
  readonly folder: string;
  /** Of the Kubernetes programs. */
  readonly binaries: string;
  readonly credentials: Credentials;
}

const etcdUrl = 'http://127.0.0.1:2379';

/** Resolves when the API server is ready. */
export async function startControlPlane(programs: Programs, options: ControlPlaneOptions): Promise<void> {
  const { folder, binaries, credentials } = options;
  const program = (name: string) => join(binaries, name);
  const etcd = await programs.start('etcd', [
    program('etcd'),
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]);
  const apiServer = await programs.start('kube-apiserver', [
    program('kube-apiserver'),
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=0.0.0.0',
    '--secure-port=6443',
    `--advertise-address=${nodeAddress}`,
    `--tls-cert-file=${credentials.certificateFile}`,
    `--tls-private-key-file=${credentials.keyFile}`,
    `--service-account-key-file=${credentials.accountsKeyFile}`,
    `--service-account-signing-key-file=${credentials.accountsKeyFile}`,
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--token-auth-file=${credentials.tokensFile}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged',
    `--service-cluster-ip-range=${serviceRange}`,
    '--kubelet-preferred-address-types=InternalIP',
  ]);
  const kubectl = kubectlOf(credentials.kubeconfig('admin'), folder);
  await eventually(
    async () => {
      await etcd.check();
      await apiServer.check();
      assert.equal(await kubectl(['get', '--raw', '/readyz']), 'ok');
    },
    { within: 90_000, every: 250 },
  );
  await programs.start('kube-controller-manager', [
    program('kube-controller-manager'),
    `--kubeconfig=${credentials.kubeconfig('system:kube-controller-manager')}`,
    `--service-account-private-key-file=${credentials.accountsKeyFile}`,
    `--root-ca-file=${credentials.certificateFile}`,
    '--use-service-account-credentials',
    `--flex-volume-plugin-dir=${join(folder, 'volume-plugins')}`,
    '--leader-elect=false',
    '--secure-port=0',
  ]);
  await programs.start('kube-scheduler', [
    program('kube-scheduler'),
    `--kubeconfig=${credentials.kubeconfig('system:kube-scheduler')}`,
    '--leader-elect=false',
    '--secure-port=0',
  ]);
}
