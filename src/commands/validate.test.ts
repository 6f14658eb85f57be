import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { stringify } from 'yaml';
import { type Resource, resources } from '../kube/resources.ts';
import { type FakeApiServer, startFakeApiServer } from '../kube/testing/fake-api-server.ts';
import type { RawObject } from '../store/events.ts';
import { delegateTo, ingressRoute, routeTo, service } from '../testing/manifests.ts';
import { runCommandLine } from './program.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function validate(args: readonly string[], stdin = ''): Promise<Ran> {
  let [out, err] = ['', ''];
  const io = {
    stdout: (text: string) => (out += text),
    stderr: (text: string) => (err += text),
    stdin: async function* () {
      yield Buffer.from(stdin);
    },
    colours: false,
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(['validate', ...args], io, () => assert.fail('nothing is served'));
  return { code, out, err };
}

/** A file with these objects, as JSON, which is YAML too. */
function file(t: TestContext, ...objects: readonly RawObject[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'contour-validate-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'objects.yaml');
  writeFileSync(path, objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(''));
  return path;
}

const fine = [
  ingressRoute('shop/root', { fqdn: 'a.test', routes: [routeTo('/', 'web')] }),
  service('shop/web'),
];
const [root = {}] = fine;

describe('files by themselves', () => {
  it('valid: 0, and nothing on stderr', async (t) => {
    const { code, out, err } = await validate([file(t, ...fine)]);
    assert.deepEqual([code, err], [0, '']);
    assert.match(
      out,
      /^KIND .*\nIngressRoute {2}shop\/root {2}valid {3}\S+objects\.yaml:2\n\n1 valid, 0 invalid/,
    );
  });

  it('a mistyped kind or version of our own: 2, with the place and the remedy', async (t) => {
    const wrong = [
      [{ ...root, kind: 'Ingressroute' }, 'contour.heptio.com/v1beta1 Ingressroute'],
      [{ ...root, apiVersion: 'contour.heptio.com/v1' }, 'contour.heptio.com/v1 IngressRoute'],
    ] as const;
    for (const [object, named] of wrong) {
      const { code, out, err } = await validate([file(t, object)]);
      const remedy = 'write apiVersion: contour.heptio.com/v1beta1, kind: IngressRoute';
      assert.deepEqual([code, out], [2, '']);
      assert.ok(err.endsWith(`objects.yaml:2: ${named} is not served; ${remedy}\n`), err);
    }
  });

  it('invalid: 1, with a hint unless it is ignored', async (t) => {
    const path = file(t, root);
    const told = await validate([path]);
    assert.equal(told.code, 1);
    assert.match(told.out, /error {2}ServiceMissing {2}\/ {2}Service \[web:80\]/);
    assert.match(
      told.err,
      /^what is missing may be elsewhere: judge with --against-cluster.*ServiceMissing\n$/,
    );
    const ignored = await validate(['--ignore', 'ServiceMissing', path]);
    assert.deepEqual([ignored.code, ignored.err], [0, '']);
    assert.match(ignored.out, /1 problem ignored: ServiceMissing \(1\)\n$/);
  });

  it('with --strict warnings fail', async (t) => {
    const path = file(t, ingressRoute('shop/root', { fqdn: 'a.test' }));
    assert.equal((await validate([path])).code, 0);
    assert.equal((await validate(['--strict', path])).code, 1);
  });

  it('prints JSON for programs, and what failed is in it', async (t) => {
    const { code, out } = await validate(['-o', 'json', file(t, root)]);
    assert.equal(code, 1);
    const { objects, summary } = JSON.parse(out);
    assert.deepEqual([objects[0].currentStatus, summary.invalid, summary.failed], ['invalid', 1, true]);
  });

  it('what cannot be read is 2, and prints no verdict', async (t) => {
    const { code, out, err } = await validate([file(t, ...fine), '/no/such/file']);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /^\/no\/such\/file: no such file or directory\n$/);
    const wrong = await validate(['--ignore=Servicemissing', '/no/such/file']);
    assert.deepEqual([wrong.code, wrong.out], [2, '']);
    assert.match(wrong.err, /^contour validate: --ignore: .*did you mean ServiceMissing\?\n$/);
  });

  it('reads stdin, and puts objects where -n says', async () => {
    const bare = { ...root, metadata: { name: 'root' } };
    const { code, out } = await validate(['-n', 'shop', '-'], `${stringify(bare)}---\n${stringify(fine[1])}`);
    assert.equal(code, 0);
    assert.match(out, /IngressRoute {2}shop\/root {2}valid {3}-:1\n/);
  });

  it('flags change what objects mean', async (t) => {
    const path = file(t, ...fine);
    const { code, out } = await validate(['--ingressroute-root-namespaces=ops', path]);
    assert.equal(code, 1);
    assert.match(out, /RootNamespaceForbidden/);
    const other = await validate(['--ingress-class-name=other', path]);
    assert.equal(other.code, 0);
  });
});

describe('files as if applied', () => {
  const old = { creationTimestamp: '2020-01-01T00:00:00Z', uid: 'old' };
  const kinds = [resources.ingressRoutes, resources.services];

  async function cluster(t: TestContext, ...objects: readonly RawObject[]) {
    const server = await startFakeApiServer();
    t.after(() => server.close());
    for (const object of objects) server.put(resourceOf(object), object);
    return { server, flags: ['--against-cluster', '--kubeconfig', kubeconfig(t, server)] };
  }
  const resourceOf = ({ kind }: RawObject): Resource =>
    kinds.find((resource) => resource.kind === kind) ?? assert.fail(`${kind}`);

  function kubeconfig(t: TestContext, { url }: Pick<FakeApiServer, 'url'>): string {
    const path = file(t);
    const context = { cluster: 'c', user: 'u', namespace: 'shop' };
    writeFileSync(
      path,
      stringify({
        clusters: [{ name: 'c', cluster: { server: url } }],
        users: [{ name: 'u', user: {} }],
        contexts: [{ name: 'x', context }],
        'current-context': 'x',
      }),
    );
    return path;
  }

  it("use the cluster's Services and the namespace of its context, and only read", async (t) => {
    const { server, flags } = await cluster(t, service('shop/web'));
    const { code, out, err } = await validate([...flags, file(t, { ...root, metadata: { name: 'root' } })]);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /IngressRoute {2}shop\/root {2}valid/);
    assert.ok(server.requests.every(({ method }) => method === 'GET'));
  });

  it('what becomes worse for others fails', async (t) => {
    const parent = ingressRoute('shop/root', {
      ...{ fqdn: 'a.test', metadata: old },
      routes: [delegateTo('/cart', 'cart/routes')],
    });
    const child = ingressRoute('cart/routes', { routes: [routeTo('/cart', 'cart')] });
    const { flags } = await cluster(t, parent, child, service('cart/cart'), service('shop/web'));
    const { code, out } = await validate([...flags, file(t, root)]);
    assert.equal(code, 1);
    assert.match(out, /IngressRoute {2}shop\/root {2}valid .*\n/);
    assert.match(out, /\nwould change in the cluster:\nIngressRoute cart\/routes: valid -> orphaned\n/);
    assert.match(out, /1 valid, 0 invalid, 0 orphaned; 1 object of the cluster worse off\n$/);
  });

  it('a Secret that may not be read is told as unknown, and fails if strict', async (t) => {
    const { server, flags } = await cluster(t, service('shop/web'));
    const tls = ingressRoute('shop/root', {
      fqdn: 'a.test',
      secretName: 'cert',
      routes: [routeTo('/', 'web')],
    });
    const path = file(t, tls);
    const forbid = () => server.next('GET', '/secrets/cert', { kind: 'answer', status: 403 });
    forbid();
    const { code, out, err } = await validate([...flags, path]);
    assert.equal(code, 0, out + err);
    assert.match(
      out,
      /valid .*\n {2}unknown {2}not allowed to read Secret shop\/cert; it is taken to be fine\n/,
    );
    assert.match(err, /^not allowed to read 1 Secret: shop\/cert;/);
    forbid();
    assert.equal((await validate([...flags, '--strict', path])).code, 1);
    assert.match((await validate([...flags, path])).out, /SecretMissing/);
  });

  it('a cluster that is not there, or no kubeconfig, is 2', async (t) => {
    const gone = await validate([
      ...['--against-cluster', '--kubeconfig', kubeconfig(t, { url: 'http://127.0.0.1:1' })],
      file(t, ...fine),
    ]);
    assert.deepEqual([gone.code, gone.out], [2, '']);
    assert.match(gone.err, /^contour validate: .*ECONNREFUSED.*; is the cluster up, and .*\n$/);
    const none = await validate(['--against-cluster', '--kubeconfig=/no/such', file(t, ...fine)]);
    assert.deepEqual([none.code, none.out], [2, '']);
    assert.match(none.err, /^contour validate: \/no\/such cannot be read: no such file/);
  });
});
