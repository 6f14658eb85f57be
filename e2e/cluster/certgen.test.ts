// `contour certgen --kube` on a real API server, with no more permissions than it asks for.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Cluster, startCluster, type User } from './kit/index.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
let cluster: Cluster;

before(async () => {
  cluster = await startCluster({ withoutKinds: true, withoutPermissions: true });
  await cluster.namespace('infra', 'bare');
});
after(() => cluster?.close());

function certgen(user: User, ...flags: readonly string[]) {
  const args = [main, 'certgen', '--kube', '--kubeconfig', cluster.kubeconfig(user), ...flags];
  return new Promise<{ readonly code: unknown; readonly out: string; readonly err: string }>((resolve) => {
    execFile(process.execPath, args, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }));
  });
}

/** As the chart has it: the two Secrets by name, and nothing else. */
const role = (namespace: string, verbs: string) => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: certgen, namespace: ${namespace} }
rules:
  - { apiGroups: [""], resources: [secrets], resourceNames: [contourcert, envoycert], verbs: ${verbs} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: certgen, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: certgen }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: limited }]
`;

const emptySecrets = ['contourcert', 'envoycert']
  .map((name) => `---\napiVersion: v1\nkind: Secret\nmetadata: { name: ${name}, namespace: infra }\n`)
  .join('');

interface Secret {
  readonly type?: string;
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

const secret = async (namespace: string, name: string): Promise<Secret | undefined> =>
  cluster.objects.get('Secret', namespace, name);

test('without permissions it says which to grant', async () => {
  const { code, out, err } = await certgen('limited', '--namespace=infra');
  assert.deepEqual([code, out], [1, '']);
  assert.match(
    err,
    /^contour certgen: GET .*\/contourcert: 403 Forbidden.*; grant get on secrets contourcert and envoycert in namespace infra/,
  );
});

test('Secrets without data are filled by whoever may get and update them, and then stay as they are', async () => {
  await cluster.kubectl(['apply', '-f', '-'], role('infra', '[get, update]') + emptySecrets);
  const first = await certgen('limited', '-n', 'infra', '--dns-name=contour.example.com');
  assert.deepEqual([first.code, first.err], [0, '']);
  assert.match(
    first.out,
    /^new certificates: there are none yet\nSecret infra\/contourcert {2}replaced, valid until \S+\nSecret infra\/envoycert {2}replaced, .*\n$/,
  );
  const before = await secret('infra', 'contourcert');
  assert.equal(before?.type, 'Opaque');
  assert.deepEqual(Object.keys(before?.data ?? {}), ['ca.crt', 'tls.crt', 'tls.key']);
  const certificate = new X509Certificate(Buffer.from(before?.data?.['tls.crt'] ?? '', 'base64'));
  for (const name of ['contour', 'contour.infra.svc.cluster.local', 'contour.example.com', 'localhost'])
    assert.equal(certificate.checkHost(name, { subject: 'never' }), name);

  const second = await certgen('limited', '-n', 'infra');
  assert.match(second.out, /^Secret infra\/contourcert {2}kept, .*\nSecret infra\/envoycert {2}kept, .*\n$/);
  const after = await secret('infra', 'contourcert');
  assert.equal(after?.metadata.resourceVersion, before?.metadata.resourceVersion, 'nothing was written');
});

test('several at a time leave two Secrets that fit together', async () => {
  const runs = await Promise.all([1, 2, 3].map(() => certgen('limited', '-n', 'infra', '--overwrite')));
  assert.deepEqual(
    runs.map(({ code }) => code),
    [0, 0, 0],
    runs.map(({ err }) => err).join(''),
  );
  assert.match((await certgen('limited', '-n', 'infra')).out, /contourcert {2}kept/);
});

test('Secrets that are missing are made by whoever may create them', async () => {
  await cluster.kubectl(['apply', '-f', '-'], role('bare', '[get, update]'));
  const refused = await certgen('limited', '-n', 'bare');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /grant create on secrets in namespace bare, or make the Secrets .* without data/);
  const made = await certgen('admin', '-n', 'bare', '--envoy-secret=other');
  assert.match(made.out, /Secret bare\/contourcert {2}created.*\nSecret bare\/other {2}created/);
  assert.equal((await secret('bare', 'other'))?.type, 'kubernetes.io/tls');
});

test('in a namespace that is not there it says how to make it', async () => {
  const { code, err } = await certgen('admin', '-n', 'nowhere');
  assert.equal(code, 1);
  assert.match(err, /make the namespace: kubectl create namespace nowhere\n$/);
});
