// A Kubernetes API for one test file: etcd, kube-apiserver, its users, our kinds and permissions, and kubectl.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { eventually } from '../../../src/testing/deadline.ts';
import { type Closers, closedOnFailure } from '../../kit/closers.ts';
import { type ApiServer, startApiServer, tokenOf, type User, users } from './api-server.ts';
import { startEtcd } from './etcd.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { type Objects, openObjects } from './objects.ts';

export interface Cluster {
  /** For files of the test; removed at the end. */
  readonly directory: string;
  readonly apiServer: ApiServer;
  /** Path of the kubeconfig file of a user. */
  kubeconfig(user: User): string;
  /** As admin. */
  readonly kubectl: Kubectl;
  /** As admin. */
  readonly objects: Objects;
  namespace(...names: readonly string[]): Promise<void>;
  /** Applies crds/ and waits until the API server serves the kinds. */
  addKinds(): Promise<void>;
  /** Makes watches and continue tokens from before too old. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

export interface ClusterOptions {
  /** Without our kinds: a cluster that nobody has prepared. */
  readonly withoutKinds?: boolean;
  /** Without rbac.yaml: the user `contour` may do nothing. */
  readonly withoutPermissions?: boolean;
}

const crds = join(import.meta.dirname, '../../../crds');
const rbac = join(import.meta.dirname, '../../../examples/cluster/rbac.yaml');

/** Resolves when it is ready, after about five seconds; what fails to start leaves nothing running. */
export const startCluster = (options: ClusterOptions = {}): Promise<Cluster> =>
  closedOnFailure((closers) => build(options, closers));

async function build(options: ClusterOptions, closers: Closers): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'contour-cluster-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const etcd = await startEtcd(join(directory, 'etcd'));
  closers.add(etcd.stop);
  const apiServer = await startApiServer(directory, etcd.url);
  closers.add(apiServer.stop);
  const kubeconfig = (user: User) => join(directory, `${user}.kubeconfig`);
  for (const user of users) await writeFile(kubeconfig(user), kubeconfigText(apiServer, user));
  const kubectl = kubectlOf(kubeconfig('admin'), directory);
  const { certificate, url } = apiServer;
  const objects = openObjects(url, { certificate, token: tokenOf('admin') });
  closers.add(objects.close);
  const addKinds = async () => {
    await kubectl(['apply', '-f', crds]);
    await eventually(() => Promise.all(ourKinds.map((kind) => objects.list(kind))), { every: 50 });
  };
  await Promise.all([
    options.withoutKinds === true || addKinds(),
    options.withoutPermissions === true || kubectl(['apply', '-f', rbac]),
  ]);
  return {
    ...{ directory, apiServer, kubeconfig, kubectl, objects, addKinds },
    async namespace(...names) {
      const kind = { apiVersion: 'v1', kind: 'Namespace' };
      await objects.apply(...names.map((name) => ({ ...kind, metadata: { name } })));
    },
    compact: etcd.compact,
    close: closers.close,
  };
}

const ourKinds = ['IngressRoute', 'TLSCertificateDelegation'];

function kubeconfigText({ url, certificate }: ApiServer, user: User): string {
  const authority = Buffer.from(certificate).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token: tokenOf(user) } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user } }],
    'current-context': 'test',
  });
}
