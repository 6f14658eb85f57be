// `contour validate --against-cluster` on a real API server: as its document shows it, and as `serve` judges it later.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Verdict } from '../../src/dag/model.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { shownCommands } from '../../src/testing/console-blocks.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';
import { documents, type Manifest } from '../kit/manifests.ts';
import { allowFresh, freshState } from './kit/fresh.ts';
import { type Cluster, ingressRoute, startCluster, type User } from './kit/index.ts';

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples/validate');
let cluster: Cluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster?.close());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** As a user with KUBECONFIG in the environment, in the directory of the checkout. */
function validate(
  args: readonly string[],
  { user = 'contour', stdin = '' }: { user?: User; stdin?: string } = {},
) {
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig(user) };
  const command = [join(root, 'src/main.ts'), 'validate', ...args];
  return new Promise<Ran>((resolve) => {
    const child = execFile(process.execPath, command, { env, cwd: root }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
    child.stdin?.end(stdin);
  });
}

const service = (namespace: string, name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name },
  spec: { ports: [{ port: 80 }] },
});

interface Named {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

interface Judged extends Named {
  readonly currentStatus: string;
  readonly problems: readonly unknown[];
  readonly reachedFrom: readonly unknown[];
}

/** What both say of an object. */
const said = ({ currentStatus, problems, reachedFrom }: Judged | Verdict) => ({
  ...{ currentStatus, problems, reachedFrom },
});

test('without permission: code 2, which one is missing, and how to get it', async () => {
  const { code, out, err } = await validate(['--against-cluster', 'examples/validate/shop'], {
    user: 'limited',
  });
  assert.deepEqual([code, out], [2, '']);
  assert.match(
    err,
    /^contour validate: GET \/\S+: 403 Forbidden: .*; allow this user to get and list [a-z.8]+ in/,
  );
});

describe('the document', () => {
  let text: string;
  before(async () => {
    text = await readFile(join(root, 'docs/validate.md'), 'utf8');
    await cluster.kubectl(['apply', '-f', join(examples, 'cluster.yaml')]);
  });

  test('its commands print what it shows', async () => {
    const commands = shownCommands(text).filter(({ args }) => args.includes('--against-cluster'));
    assert.ok(commands.length > 0);
    for (const { args, output, code } of commands) {
      const ran = await validate(args.slice(1));
      assert.deepEqual({ output: ran.out + ran.err, code: ran.code }, { output, code });
    }
  });

  test('its JSON is what is printed', async () => {
    const [, shown = ''] = /^```json\n(.*?)^```$/ms.exec(text) ?? [];
    const press = 'examples/validate/shop/press.yaml';
    const { code, out } = await validate(['--against-cluster', '-o', 'json', press]);
    assert.deepEqual([code, out], [0, shown]);
  });

  test('once the files are applied, serve says what was foretold, of their objects and of the others', async () => {
    const foretold = await validate(['--against-cluster', '-o', 'json', 'examples/validate/shop']);
    await cluster.kubectl(['apply', '-f', join(examples, 'shop'), '--recursive']);
    await allowFresh(cluster);
    const { verdicts } = await freshState(cluster);
    await cluster.kubectl(['delete', 'clusterrolebinding', 'fresh']);
    const now = new Map(verdicts.map((verdict) => [verdict.object as string, said(verdict)]));
    const { objects, changes } = JSON.parse(foretold.out);
    assert.deepEqual([objects.length, changes.length], [3, 2]);
    const nowOf = ({ kind, namespace, name }: Named) => now.get(`${kind}/${namespace}/${name}`);
    for (const judged of objects as Judged[]) assert.deepEqual(said(judged), nowOf(judged));
    for (const change of changes as (Named & { readonly after: Judged })[]) {
      const { currentStatus, problems } = change.after;
      assert.deepEqual({ currentStatus, problems, reachedFrom: nowOf(change)?.reachedFrom }, nowOf(change));
    }
    const again = await validate(['--against-cluster', '-o', 'json', 'examples/validate/shop']);
    assert.deepEqual(JSON.parse(again.out).changes, []);
  });
});

describe('claims and Secrets', () => {
  before(() => cluster.namespace('first', 'second'));
  const toWeb = { '/': { service: 'web' } };

  test('a host stays with who has it; who has it may apply again', async () => {
    const had = ingressRoute('first/root', toWeb, { fqdn: 'claimed.test' });
    await cluster.objects.apply(service('first', 'web'), service('second', 'web'), had);
    const taking = ingressRoute('second/root', toWeb, { fqdn: 'claimed.test' });
    const lost = await validate(['--against-cluster', '-'], { stdin: documents(taking) });
    assert.equal(lost.code, 1);
    assert.match(lost.out, /FqdnTaken .*claimed\.test.* already used by IngressRoute first\/root/);
    const again = await validate(['--against-cluster', '-'], { stdin: documents(had) });
    assert.deepEqual([again.code, again.err], [0, '']);
    assert.match(again.out, /1 valid, 0 invalid, 0 orphaned\n$/);
  });

  test('a Secret is read where that is allowed, and unknown where it is not', async () => {
    const secret = tlsSecret('first', 'cert', await selfSigned('tls.test'));
    const file = join(cluster.directory, 'secret.yaml');
    await writeFile(file, secret);
    await cluster.kubectl(['apply', '-f', file]);
    const tls = (secretName: string) =>
      documents(ingressRoute('first/tls', toWeb, { fqdn: 'tls.test', secretName }));
    assert.equal((await validate(['--against-cluster', '-'], { stdin: tls('cert') })).code, 0);
    const missing = await validate(['--against-cluster', '-'], { stdin: tls('none') });
    assert.equal(missing.code, 1);
    assert.match(missing.out, /SecretMissing/);
    await cluster.kubectl(['create', 'clusterrole', 'narrow', '--verb=get,list', `--resource=${routeKinds}`]);
    await cluster.kubectl([
      'create',
      'clusterrolebinding',
      'narrow',
      '--clusterrole=narrow',
      '--user=limited',
    ]);
    const narrow = await validate(['--against-cluster', '-'], { user: 'limited', stdin: tls('cert') });
    assert.equal(narrow.code, 0, narrow.out + narrow.err);
    assert.match(narrow.out, /unknown {2}not allowed to read Secret first\/cert/);
    assert.match(narrow.err, /kubectl auth can-i get secrets -n first/);
  });
});

const routeKinds = [
  ...['ingressroutes.contour.heptio.com', 'tlscertificatedelegations.contour.heptio.com'],
  ...['ingresses.networking.k8s.io', 'ingressclasses.networking.k8s.io', 'services'],
].join();

test('without our kinds: they count as empty, and that is said', async () => {
  await cluster.kubectl(['delete', '-f', join(root, 'crds')]);
  const { code, err } = await validate(['--against-cluster', 'examples/validate/shop/press.yaml']);
  assert.equal(code, 0);
  assert.match(err, /^the cluster has no ingressroutes\.contour\.heptio\.com: kubectl apply -f crds\/ /);
});
