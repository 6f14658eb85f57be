// What `npm pack` makes works elsewhere, without a registry: the command, and the xDS server as a library.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

describe('the package, installed elsewhere', { timeout: 600_000 }, () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contour-package-'));
    await run('npm', ['pack', '--pack-destination', folder, ...quiet], { cwd: root });
    const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    await run('npm', ['install', '--offline', `./${tarball}`, ...quiet], { cwd: folder });
  });

  after(() => rm(folder, { recursive: true, force: true }));

  test('has a contour command', async () => {
    const { stdout } = await run(join(folder, 'node_modules/.bin/contour'), ['version'], { cwd: folder });
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    assert.ok(stdout.includes(version), stdout);
  });

  test('exports the xDS server', async () => {
    const program = "import * as xds from 'contour-ts/xds'; console.log(Object.keys(xds).join(' '))";
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder });
    assert.match(stdout, /\bcreateCache\b/);
  });

  test('exports nothing else', async () => {
    const program = "await import('contour-ts/dist/dag/graph.js')";
    await assert.rejects(
      run(process.execPath, ['--input-type=module', '-e', program], { cwd: folder }),
      /ERR_PACKAGE_PATH_NOT_EXPORTED/,
    );
  });

  test('holds no tests and one Kubernetes client', async () => {
    const files = await readdir(join(folder, 'node_modules/contour-ts'), { recursive: true });
    const own = files.filter((path) => !path.startsWith('node_modules'));
    assert.deepEqual(
      own.filter((path) => /\.test\.|testing\//.test(path)),
      [],
    );
    const clients = files.filter((path) => path.endsWith('@kubernetes/client-node/package.json'));
    assert.deepEqual(clients, ['node_modules/@kubernetes/client-node/package.json']);
  });
});
