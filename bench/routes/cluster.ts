// A fresh etcd and kube-apiserver for one run, on loopback of the namespace.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Api, connectApi } from './api.ts';
import { startProgram } from './program.ts';
import { addresses } from './sandbox.ts';
import { type Session, until } from './session.ts';

/** How to reach the API server as its administrator. */
export interface Credentials {
  readonly url: string;
  readonly token: string;
  /** PEM of the server's own certificate. */
  readonly certificate: string;
}

export interface Cluster extends AsyncDisposable {
  readonly api: Api;
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
}

/** The namespace has no other users, so these are always free. */
const ports = { etcd: 2379, etcdPeer: 2380, apiServer: 6443 };
const etcdUrl = `http://127.0.0.1:${ports.etcd}`;
/** No secret: the server lives as long as the run, in a network namespace without a way out. */
const token = 'administrator';

/** Resolves when the API server is ready. `programs` is the folder of both. */
export async function startCluster(session: Session, programs: string): Promise<Cluster> {
  await using started = new AsyncDisposableStack();
  // Killed at the end: both take long to end by themselves, and their data is thrown away.
  const [etcd, apiServer] = [etcdCommand(session, programs), apiServerCommand(session, programs)];
  started.use(startProgram(session, { name: 'etcd', command: etcd, grace: 0 }));
  started.use(startProgram(session, { name: 'kube-apiserver', command: apiServer, grace: 0 }));
  const certificateFile = join(session.directory, 'certificates/apiserver.crt');
  let certificate = '';
  await until(session, { what: 'the certificate of kube-apiserver', within: 60_000, every: 50 }, async () => {
    certificate = readIfThere(certificateFile);
    return certificate.includes('END CERTIFICATE') ? undefined : 'no such file';
  });
  const credentials = { url: `https://127.0.0.1:${ports.apiServer}`, token, certificate };
  const api = started.use(connectApi(credentials));
  await until(session, { what: 'kube-apiserver to be ready', within: 120_000, every: 50 }, async () => {
    const answer = await api
      .ask('GET', '/readyz')
      .catch((error: Error) => ({ status: 0, text: error.message }));
    return answer.status === 200 ? undefined : `${answer.status} ${answer.text}`;
  });
  const kubeconfig = join(session.directory, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(credentials));
  const kept = started.move();
  return { api, kubeconfig, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function etcdCommand({ directory }: Session, programs: string): string[] {
  return [
    join(programs, 'etcd'),
    `--data-dir=${join(directory, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=http://127.0.0.1:${ports.etcdPeer}`,
    '--unsafe-no-fsync',
    `--quota-backend-bytes=${4 * 1024 ** 3}`,
    '--log-level=warn',
  ];
}

/** Without its own limits on requests, so that they are not what is measured. */
function apiServerCommand({ directory }: Session, programs: string): string[] {
  const certificates = join(directory, 'certificates');
  mkdirSync(certificates);
  const key = join(directory, 'service-accounts.key');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(key, privateKey.export({ type: 'sec1', format: 'pem' }));
  const tokens = join(directory, 'tokens.csv');
  writeFileSync(tokens, `${token},administrator,administrator,system:masters\n`);
  return [
    join(programs, 'kube-apiserver'),
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${ports.apiServer}`,
    `--advertise-address=${addresses.apiServer}`,
    `--cert-dir=${certificates}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.254.0.0/16',
    '--disable-admission-plugins=ServiceAccount',
    '--enable-priority-and-fairness=false',
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
  ];
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function kubeconfigOf({ url, certificate }: Credentials): string {
  const data = Buffer.from(certificate).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'bench', cluster: { server: url, 'certificate-authority-data': data } }],
    users: [{ name: 'administrator', user: { token } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'administrator' } }],
    'current-context': 'bench',
  });
}
