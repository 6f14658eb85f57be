// Set-up tells what is missing, keeps only what is whole, and counts what tests do.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cacheRoot, hasContent, keep } from './cache.mjs';
import { withLock } from './lock.mjs';
import { isRecent } from './node.mjs';
import { differences } from './packages.mjs';
import { findProgram } from './process.mjs';
import { duration } from './progress.mjs';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contour-setup-'));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('a missing prerequisite is one line with the remedy', () => {
  const cases = [
    { step: 'envoy', programs: [], says: /^set-up: python3 is missing: install .+ENVOY.+\n$/ },
    {
      step: 'envoy',
      programs: ['python3 without pip'],
      says: /^set-up: pip is missing for python3: install .+\n$/,
    },
    {
      step: 'envoy',
      env: { ENVOY: '/nowhere/envoy' },
      programs: [],
      says: /^set-up: ENVOY=\/nowhere\/envoy is no executable file: .+\n$/,
    },
    { step: 'kubernetes', programs: [], says: /^set-up: go is missing: install Go .+\n$/ },
    { step: 'kubernetes', programs: ['old go'], says: /^set-up: this Go is too old: install Go .+\n$/ },
    { step: 'helm', programs: [], says: /^set-up: go is missing: install Go .+\n$/ },
    {
      step: 'debian',
      programs: [],
      says: /^set-up: this is no Debian.+: install .*containerd.+ --provider kind\n$/,
    },
    { step: 'docker', programs: [], says: /^set-up: there is no step "docker"; steps: node .+\n$/ },
  ];
  const scripts = {
    'python3 without pip': ['python3', 'echo "No module named pip" >&2; exit 1'],
    'old go': ['go', 'echo "go version go1.19.8 linux/amd64"'],
  };

  for (const { step, programs, env = {}, says } of cases) {
    test(`${step} with ${JSON.stringify({ programs, env })}`, async () => {
      const path = await mkdtemp(join(folder, 'path-'));
      for (const [name, body] of programs.map((program) => scripts[program])) {
        await writeFile(join(path, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      }
      const place = join(import.meta.dirname, '../setup.mjs');
      const clean = { PATH: path, XDG_CACHE_HOME: join(folder, 'empty'), ...env };
      const { code, stderr, stdout } = await ended(process.execPath, [place, step], clean);
      assert.match(stderr, says);
      assert.equal(stdout, '');
      assert.equal(code, 1);
    });
  }
});

describe('the cache', () => {
  const isWhole = (path) => hasContent(join(path, 'file'));
  const filled = (text) => async (aside) => {
    await mkdir(aside);
    await writeFile(join(aside, 'file'), text);
  };

  test('makes a thing once', async () => {
    const path = join(folder, 'once');
    let made = 0;
    const make = async (aside) => {
      made += 1;
      await filled('x')(aside);
    };
    await Promise.all([1, 2, 3].map(() => keep(path, { isWhole, make })));
    assert.equal(made, 1);
  });

  test('keeps nothing of an attempt that failed', async () => {
    const path = join(folder, 'half', 'thing');
    const broken = async (aside) => {
      await mkdir(aside);
      await writeFile(join(aside, 'other'), 'x');
      throw new Error('cut off');
    };
    await assert.rejects(keep(path, { isWhole, make: broken }), /cut off/);
    assert.deepEqual(await readdir(join(folder, 'half')), []);
    await keep(path, { isWhole, make: filled('y') });
    assert.equal(await readFile(join(path, 'file'), 'utf8'), 'y');
  });

  test('replaces what is not whole and clears what a killed set-up left', async () => {
    const path = join(folder, 'left', 'thing');
    await mkdir(path, { recursive: true });
    await mkdir(`${path}.partial-1`);
    await keep(path, { isWhole, make: filled('z') });
    assert.deepEqual(await readdir(join(folder, 'left')), ['thing']);
    assert.equal(await readFile(join(path, 'file'), 'utf8'), 'z');
  });

  test('refuses a result that lacks files', async () => {
    const path = join(folder, 'lacking');
    await assert.rejects(keep(path, { isWhole, make: (aside) => mkdir(aside) }), /lacks files/);
    assert.equal(existsSync(path), false);
  });

  test('lies where XDG says, if that is an absolute path', () => {
    assert.equal(cacheRoot({ XDG_CACHE_HOME: '/a' }), '/a/contour-ts');
    assert.match(cacheRoot({ XDG_CACHE_HOME: 'a' }), /\/\.cache\/contour-ts$/);
    assert.match(cacheRoot({}), /\/\.cache\/contour-ts$/);
  });
});

describe('the lock', () => {
  test('lets one in at a time and tells the others', async () => {
    const path = join(folder, 'one.lock');
    let inside = 0;
    let told = 0;
    const work = async () => {
      inside += 1;
      assert.equal(inside, 1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, work, () => (told += 1))));
    assert.equal(told, 2);
    assert.equal(existsSync(path), false);
  });

  test('of a process that died is taken over', async () => {
    const path = join(folder, 'dead.lock');
    const program = `import { withLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.mjs'))};
      await withLock(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'));`;
    await ended(process.execPath, ['--input-type=module', '-e', program], {});
    assert.equal(existsSync(path), true);
    assert.equal(await withLock(path, async () => 'mine'), 'mine');
  });

  test('is released when work fails', async () => {
    const path = join(folder, 'fails.lock');
    await assert.rejects(
      withLock(path, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(existsSync(path), false);
  });
});

test('packages are compared by version and content, optional ones left out', () => {
  const wanted = {
    '': { version: '1' },
    'node_modules/a': { version: '1', integrity: 'x' },
    'node_modules/b': { version: '1', integrity: 'x' },
    'node_modules/c': { version: '1', optional: true },
    'node_modules/d': { version: '1' },
  };
  const installed = {
    'node_modules/a': { version: '1', integrity: 'x' },
    'node_modules/b': { version: '1', integrity: 'y' },
  };
  assert.deepEqual(differences(wanted, installed), ['node_modules/b', 'node_modules/d']);
});

test('versions, programs and durations', async () => {
  assert.deepEqual(['20.20.2', '22.21.9', '22.22.0', '24.0.0'].map(isRecent), [false, false, true, true]);
  const path = await mkdtemp(join(folder, 'programs-'));
  await symlink(process.execPath, join(path, 'tool'));
  await writeFile(join(path, 'text'), '');
  assert.equal(findProgram('tool', { PATH: `/nowhere:${path}` }), join(path, 'tool'));
  assert.equal(findProgram('text', { PATH: path }), undefined);
  assert.deepEqual([850, 12_000, 200_000].map(duration), ['850 ms', '12 s', '3 min 20 s']);
});

function ended(command, args, env) {
  return new Promise((resolve) => {
    execFile(command, args, { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}
