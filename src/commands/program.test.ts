import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  bootstrapFlags,
  certgenFlags,
  drainFlags,
  notYetBuilt,
  serveFlags,
  translateFlags,
  validateFlags,
} from '../config/flags.ts';
import type { ServeConfig } from '../config/serve.ts';
import { selfSigned } from '../testing/certificates.ts';
import { tlsSecret } from '../testing/tls-secret.ts';
import { runCommandLine } from './program.ts';
import { commitOf } from './version.ts';

/** Runs a command line; `served` is what `serve` was given. */
async function contour(...argv: readonly string[]) {
  let out = '';
  let err = '';
  const served: ServeConfig[] = [];
  const code = await runCommandLine(
    argv,
    {
      stdout: (text) => (out += text),
      stderr: (text) => (err += text),
      stdin: async function* () {},
      colours: false,
      signal: new AbortController().signal,
    },
    async () => async (config) => {
      served.push(config);
    },
  );
  return { code, out, err, served };
}

function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'contour-commands-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

const root = (name: string, more = '') => `apiVersion: contour.heptio.com/v1beta1
kind: IngressRoute
metadata: { name: ${name}, namespace: shop }
spec:
  virtualhost: { fqdn: ${name}.example.com${more} }
  routes:
    - match: /
      services: [{ name: web, port: 80 }]
`;
const web = `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ports: [{ port: 80 }] }
`;

describe('the command line', () => {
  for (const [command, table] of Object.entries({
    serve: serveFlags,
    bootstrap: bootstrapFlags,
    certgen: certgenFlags,
    drain: drainFlags,
    translate: translateFlags,
    validate: validateFlags,
  }))
    it(`${command} --help lists every flag, and ends well`, async () => {
      const { code, out } = await contour(command, '--help');
      assert.equal(code, 0);
      for (const flag of Object.keys(table)) assert.ok(out.includes(`--${flag}`), flag);
      assert.match(out, /Examples:\n/);
    });

  const wrong: readonly (readonly [argv: readonly string[], expected: RegExp])[] = [
    [
      ['serve', '--xds-adress=1.2.3.4'],
      /unknown option '--xds-adress=1.2.3.4'\n\(Did you mean --xds-address\?\)/,
    ],
    [['sevre'], /unknown command 'sevre'\n\(Did you mean serve\?\)/],
    [
      ['serve', '--manifests', 'd', '--xds-port', 'x'],
      /^contour serve: --xds-port: "x" is wrong; give a port/,
    ],
    [['serve', '--manifests'], /argument missing/],
    [['serve'], /no source of objects/],
    [['certgen'], /^contour certgen: no place for the certificates/],
    [['drain', '--delay=2m'], /^contour drain: --delay is part of --timeout/],
    [['translate'], /missing required argument/],
    [['bootstrap', 'a', 'b'], /too many arguments/],
    [[], /Usage: contour/],
  ];
  for (const [argv, expected] of wrong)
    it(`contour ${argv.join(' ')}: code 2 and what to do`, async () => {
      const { code, out, err } = await contour(...argv);
      assert.equal(code, 2);
      assert.match(err, expected);
      assert.equal(out, '');
    });

  it('hands serve its configuration, with the flags of old documents', async () => {
    const { code, served } = await contour(
      ...'serve --manifests a --manifests b --insecure --xds-address=0.0.0.0 --envoy-http-port=1 --envoy-service-https-port=2'.split(
        ' ',
      ),
      ...'--stats-port 3 --debug-http-port=4 --use-proxy-protocol --envoy-http-access-log=/dev/null'.split(
        ' ',
      ),
    );
    assert.equal(code, 0);
    const [config] = served;
    assert.deepEqual(config?.source, { kind: 'manifests', paths: ['a', 'b'] });
    assert.deepEqual(
      [
        config?.outcome.envoy.http.port,
        config?.outcome.envoy.https.port,
        config?.stats.port,
        config?.debug.port,
      ],
      [1, 2, 3, 4],
    );
  });

  it('refuses what is not yet built by its name', async () => {
    for (const [name, { value }] of notYetBuilt) {
      const { code, err, served } = await contour(
        'serve',
        '--manifests=d',
        value ? `--${name}=1` : `--${name}`,
      );
      assert.deepEqual([code, served], [2, []]);
      assert.match(err, new RegExp(`^contour serve: --${name} is not built yet; .+\n$`));
    }
  });
});

describe('bootstrap', () => {
  it('writes the file whole, readable by all', async (t) => {
    const directory = folder(t, { 'envoy.json': 'old' });
    const file = join(directory, 'envoy.json');
    const { code, out } = await contour(
      'bootstrap',
      file,
      '--xds-port=7',
      `--admin-address=${directory}/a.sock`,
    );
    assert.deepEqual([code, out], [0, '']);
    assert.equal(statSync(file).mode & 0o777, 0o644);
    assert.deepEqual(readdirSync(directory), ['envoy.json']);
    const { admin } = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(admin.address, { pipe: { path: `${directory}/a.sock` } });
  });

  it('prints it for -, with notices beside it', async () => {
    const { code, out, err } = await contour('bootstrap', '-', '--admin-port=9001');
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).node.id, 'envoy');
    assert.match(err, /--admin-port is ignored/);
  });

  it('says what cannot be written, and leaves nothing', async (t) => {
    const directory = folder(t);
    const { code, err } = await contour('bootstrap', join(directory, 'no/envoy.json'));
    assert.equal(code, 1);
    assert.match(err, /cannot be written: ENOENT/);
    assert.deepEqual(readdirSync(directory), []);
  });
});

describe('translate', () => {
  it('prints resources and statuses of files and directories, as YAML or JSON', async (t) => {
    const directory = folder(t, { 'b.yaml': root('b') + web, 'a.yaml': root('a') });
    const asJson = await contour('translate', '-o', 'json', directory);
    const { resources, statuses } = JSON.parse(asJson.out);
    assert.deepEqual(Object.keys(resources), [
      'listeners',
      'routes',
      'scopedRoutes',
      'clusters',
      'endpoints',
      'secrets',
    ]);
    const names = (list: { name: string }[]) => list.map(({ name }) => name);
    assert.deepEqual(names(resources.scopedRoutes), ['http/a.example.com', 'http/b.example.com']);
    assert.deepEqual(names(statuses), ['a', 'b']);
    const files = ['b.yaml', 'a.yaml'].map((name) => join(directory, name));
    const asYaml = await contour('translate', ...files);
    assert.match(asYaml.out, /^resources:\n {2}listeners:\n/);
    assert.deepEqual([asJson.code, asYaml.code, asJson.err, asYaml.err], [0, 0, '', '']);
  });

  it('ends with 1 under --strict if an object is invalid', async (t) => {
    const file = join(folder(t, { 'a.yaml': root('a') }), 'a.yaml');
    assert.equal((await contour('translate', file)).code, 0);
    const { code, out, err } = await contour('translate', '--strict', file);
    assert.equal(code, 1);
    assert.match(out, /currentStatus: invalid/);
    assert.match(err, /^IngressRoute shop\/a is invalid: route "\/": Service \[web:80\]/);
  });

  it('shows every mistake in the files, prints nothing, and ends with 2', async (t) => {
    const directory = folder(t, { 'a.yaml': root('a'), 'b.yaml': 'a: b: c\n', 'c.yaml': 'kind: X\n' });
    const { code, out, err } = await contour('translate', directory, join(directory, 'none.yaml'));
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /b\.yaml:1:4: Nested mappings/);
    assert.match(err, /c\.yaml:1:1: the X has no apiVersion/);
    assert.match(err, /none\.yaml: no such file/);
  });

  it('uses the first of two files with the same object, and says so', async (t) => {
    const directory = folder(t, {
      '1.yaml': root('a') + web,
      '2.yaml': root('a').replace('match: /', 'match: /two'),
    });
    const { code, out, err } = await contour('translate', directory);
    assert.equal(code, 0);
    assert.match(err, /2\.yaml: IngressRoute shop\/a is in .*1\.yaml too; that one is used/);
    assert.ok(!out.includes('/two'));
  });

  it('redacts private keys unless they are to be shown', async (t) => {
    const pair = await selfSigned('a.example.com');
    const text = `${root('a', ', tls: { secretName: cert }')}${web}---\n${tlsSecret('shop', 'cert', pair)}`;
    const file = join(folder(t, { 'a.yaml': text }), 'a.yaml');
    const key = Buffer.from(pair.key).toString('base64');
    const hidden = await contour('translate', file);
    assert.ok(hidden.out.includes('[redacted]') && !hidden.out.includes(key.slice(0, 60)));
    assert.ok((await contour('translate', '--show-secrets', file)).out.includes(key));
  });

  it('takes a directory of links in a loop', async (t) => {
    const directory = folder(t, { 'a.yaml': root('a') });
    mkdirSync(join(directory, 'sub'));
    symlinkSync('..', join(directory, 'sub/up'));
    assert.match((await contour('translate', directory)).out, /http\/a\.example\.com/);
  });
});

describe('version', () => {
  it('names this program and Node.js', async () => {
    const { code, out } = await contour('version');
    assert.equal(code, 0);
    assert.match(out, /^contour \d+\.\d+\.\d+\n(commit {2}[0-9a-f]{40}\n)?node {4}\d+/);
  });

  it('finds the commit of a branch, of a packed branch, of a detached head, and of none', (t) => {
    const commit = 'a'.repeat(40);
    const git = folder(t, {
      HEAD: 'ref: refs/heads/main\n',
      'packed-refs': `# x\n${commit} refs/heads/main\n`,
    });
    assert.equal(commitOf(git), commit);
    mkdirSync(join(git, 'refs/heads'), { recursive: true });
    writeFileSync(join(git, 'refs/heads/main'), `${'b'.repeat(40)}\n`);
    assert.equal(commitOf(git), 'b'.repeat(40));
    writeFileSync(join(git, 'HEAD'), `${commit}\n`);
    assert.equal(commitOf(git), commit);
    assert.equal(commitOf(join(git, 'none')), undefined);
  });
});
