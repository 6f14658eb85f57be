// What an image is built from and by, and that the bundled program is the program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { nodeFlag } from './bundle.mjs';
import { secretFiles } from './image.mjs';
import { packageFolders, thirdParty } from './licences.mjs';
import { readOptions } from './options.mjs';

const root = join(import.meta.dirname, '../..');
const read = (path) => readFileSync(join(root, path), 'utf8');
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contour-image-'));
});
after(() => rm(folder, { recursive: true }));

describe('options', () => {
  test('what is not said', () => {
    const { target, tag, base, args, more } = readOptions([], '1.2.3');
    assert.deepEqual(
      { target, tag, base, args, more },
      { target: 'contour', tag: 'localhost/contour:1.2.3', base: 'registry', args: {}, more: [] },
    );
  });

  test('what is said', () => {
    const words = ['--target=envoy', '--build-arg', 'A=b=c', '--build-arg', 'D=', '--', '--platform', 'x'];
    const { tag, args, more } = readOptions(words, '1.2.3');
    assert.equal(tag, 'localhost/envoy:1.2.3');
    assert.deepEqual(args, { A: 'b=c', D: '' });
    assert.deepEqual(more, ['--platform', 'x']);
  });

  const mistakes = [
    [['--target', 'web'], /--target must be one of contour, envoy, kuard, not "web"/],
    [['--base', 'alpine'], /--base must be one of registry, debian, not "alpine"/],
    [['--builder', 'kaniko'], /--builder must be one of docker, buildah/],
    [['--build-arg', '=x'], /--build-arg needs NAME=VALUE, not "=x"/],
    [['--tags', 'x'], /--tags.*--help/s],
    [['contour'], /contour.*--help/s],
  ];
  for (const [args, says] of mistakes)
    test(args.join(' '), () => assert.throws(() => readOptions(args, '1'), says));
});

test('build secrets: what is named, else what npm uses here, else none', async () => {
  assert.deepEqual(secretFiles({}, { HOME: folder }), {});
  await writeFile(join(folder, '.npmrc'), '');
  assert.deepEqual(secretFiles({}, { HOME: folder, NODE_EXTRA_CA_CERTS: '/ca.pem' }), {
    npmrc: join(folder, '.npmrc'),
    ca: '/ca.pem',
  });
  assert.deepEqual(secretFiles({ npmrc: '/other', ca: '/b.pem' }, { HOME: folder }), {
    npmrc: '/other',
    ca: '/b.pem',
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  const pinned = (name) => lines.find((line) => line.startsWith(`ARG ${name}=`))?.split('=')[1];

  test('has the versions of package.json and set-up', () => {
    const { version } = JSON.parse(read('package.json'));
    const versions = lines.filter((line) => line.startsWith('ARG VERSION='));
    assert.deepEqual([...new Set(versions)], [`ARG VERSION=${version}`]);
    const [, node] = /const version = '(.+)'/.exec(read('tools/setup/node.mjs'));
    const [, envoy] = /const version = '(.+)'/.exec(read('tools/setup/envoy.mjs'));
    assert.match(pinned('NODE_IMAGE'), new RegExp(`/node:${node}-`));
    assert.match(pinned('ENVOY_IMAGE'), new RegExp(`:distroless-v${envoy}$`));
  });

  test('takes every base from an argument, and copies only what .dockerignore lets in', () => {
    const stages = new Set();
    for (const line of lines.filter((text) => text.startsWith('FROM '))) {
      const [, from, , name] = line.split(' ');
      assert.ok(stages.has(from) || /^\$\{[A-Z]+_IMAGE\}$/.test(from), line);
      stages.add(name);
    }
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    assert.ok(copied.length > 5);
    for (const path of copied) {
      assert.ok(existsSync(join(root, path)), path);
      assert.ok(
        allowed.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
        path,
      );
    }
  });

  test('runs nobody as root', () => {
    const text = lines.join('\n');
    assert.equal(text.match(/^USER 65532:65532$/gm)?.length, 2);
    assert.doesNotMatch(text, /^USER (root|0)/m);
  });
});

test('the start script has the flag of src/main.ts; several would not reach Node', () => {
  assert.equal(nodeFlag(read('src/main.ts')), '--max-semi-space-size=8');
  assert.throws(() => nodeFlag('#!/usr/bin/env -S node --a --b\n'), /one flag/);
  assert.throws(() => nodeFlag('#!/usr/bin/env node\n'), /one flag/);
});

describe('licences', () => {
  const add = async (path, text) => {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  };
  before(async () => {
    await add('node_modules/a/package.json', '{"name":"a","version":"1.0.0","license":"MIT"}');
    await add('node_modules/a/LICENSE', 'words of a\n');
    await add('node_modules/a/esm/package.json', '{"type":"module"}');
    await add('node_modules/@s/b/package.json', '{"name":"@s/b","version":"2.0.0","license":{"type":"ISC"}}');
    await add('node_modules/@s/b/NOTICE.txt', 'notice of b\n');
    await add('node_modules/c/package.json', '{"name":"c","version":"3.0.0"}');
  });

  test('one section per package, with its words', () => {
    const files = ['src/x.ts', 'node_modules/a/esm/i.js', 'node_modules/a/j.js', 'node_modules/@s/b/i.js'];
    const text = thirdParty(packageFolders(folder, files));
    assert.equal(text.match(/^={80}$/gm)?.length, 2);
    assert.match(text, /^a 1\.0\.0: MIT\n\nwords of a$/m);
    assert.match(text, /^@s\/b 2\.0\.0: ISC\n\nnotice of b$/m);
  });

  test('a package without any stops the build', () => {
    const folders = packageFolders(folder, ['node_modules/c/i.js']);
    assert.throws(() => thirdParty(folders), /c 3\.0\.0 names no licence/);
  });
});

test('the bundle is the program, whole in its folder', async () => {
  const place = join(folder, 'bundle');
  execFileSync(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { bundle } from ${JSON.stringify(join(root, 'tools/image/bundle.mjs'))}; await bundle(${JSON.stringify(place)});`,
  ]);
  const start = join(place, 'bin/contour');
  assert.equal((await stat(start)).mode & 0o777, 0o755);
  const { version } = JSON.parse(read('package.json'));
  const run = (...args) => execFileSync(start, args, { encoding: 'utf8', cwd: '/', env: {} });
  assert.equal(run('version'), `contour ${version}\nnode    ${process.versions.node}\n`);
  assert.match(run('bootstrap', '-'), /"DELTA_GRPC"/);
  const quickstart = join(root, 'examples/quickstart');
  const source = execFileSync(process.execPath, [join(root, 'src/main.ts'), 'translate', quickstart]);
  assert.equal(run('translate', quickstart), source.toString());
  const licences = readFileSync(join(place, 'THIRD-PARTY.txt'), 'utf8');
  const { dependencies } = JSON.parse(read('package.json'));
  for (const name of ['@kubernetes/client-node', '@grpc/grpc-js', 'undici', 'zod', 'winston'])
    assert.ok(name in dependencies && licences.includes(`\n${name} ${dependencies[name]}: `), name);
  assert.ok((await readdir(place)).includes('LICENSE'));
});
