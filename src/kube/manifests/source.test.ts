// Real directories, real events of the kernel; every wait is for a state.
import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../runtime/clock.ts';
import { eventually } from '../../testing/deadline.ts';
import { createManifestSource, type ManifestNotice } from './source.ts';

const manifest = (...specs: readonly string[]): string =>
  specs
    .map((spec) => `apiVersion: v1\nkind: X\nmetadata: { name: ${spec[0]} }\nspec: ${spec}\n`)
    .join('---\n');

const until = (condition: () => boolean, found: () => string = () => 'not yet') =>
  eventually(() => assert.ok(condition(), found()));

/** A source over `directories`, what is in force by its events, and everything it said. */
function follow(t: TestContext, ...directories: readonly string[]) {
  const inForce = new Map<string, string>();
  const history: string[] = [];
  const notices: ManifestNotice[] = [];
  const seen = { synced: 0, batches: 0 };
  const abort = new AbortController();
  const source = createManifestSource({
    directories,
    clock: systemClock,
    sink: {
      apply(events) {
        seen.batches++;
        for (const { type, object } of events) {
          const { name } = Object(object.metadata);
          history.push(`${type === 'applied' ? '+' : '-'}${object.spec}`);
          if (type === 'applied') inForce.set(name, String(object.spec));
          else inForce.delete(name);
        }
      },
      synced: () => seen.synced++,
    },
    onProblem: (notice) => notices.push(notice),
  });
  const running = source.run(abort.signal);
  running.catch(() => {});
  t.after(async () => {
    abort.abort();
    await running.catch(() => {});
  });
  const state = () => [...inForce.values()].sort().join(' ');
  return {
    history,
    notices,
    seen,
    state,
    running,
    said: () => notices.map((notice) => (notice.kind === 'repaired' ? 'repaired' : notice.message)),
    async shows(expected: string) {
      await until(
        () => seen.synced > 0 && state() === expected,
        () => `in force: "${state()}", expected "${expected}"`,
      );
    },
  };
}

function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'contour-manifests-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

describe('at the start', () => {
  it('every manifest below the directory is delivered, then synced once', async (t) => {
    const directory = folder(t, {
      'a.yaml': manifest('a1', 'b1'),
      'c.yml': manifest('c1'),
      'no.txt': manifest('n1'),
    });
    mkdirSync(join(directory, 'deep/er'), { recursive: true });
    writeFileSync(
      join(directory, 'deep/er/d.json'),
      '{"apiVersion":"v1","kind":"X","metadata":{"name":"d"},"spec":"d1"}',
    );
    writeFileSync(join(directory, '.hidden.yaml'), manifest('h1'));
    const source = follow(t, directory);
    await source.shows('a1 b1 c1 d1');
    assert.equal(source.seen.synced, 1);
    assert.deepEqual(source.notices, []);
  });

  it('an empty directory is synced too', async (t) => {
    await follow(t, folder(t)).shows('');
  });

  it('a directory that does not exist fails with its name', async (t) => {
    await assert.rejects(
      follow(t, join(folder(t), 'nope')).running,
      /nope does not exist; name a directory or a file/,
    );
  });

  it('a broken file is told at once and the others serve', async (t) => {
    const source = follow(t, folder(t, { 'a.yaml': 'a: b: c\n', 'b.yaml': manifest('b1') }));
    await source.shows('b1');
    assert.match(source.said().join(), /Nested mappings/);
  });

  it('links in a loop end', async (t) => {
    const directory = folder(t, { 'a.yaml': manifest('a1') });
    mkdirSync(join(directory, 'sub'));
    symlinkSync('..', join(directory, 'sub/up'));
    symlinkSync('loop.yaml', join(directory, 'loop.yaml'));
    symlinkSync('.', join(directory, 'self'));
    await follow(t, directory).shows('a1');
  });

  it('a single file of any name is a source, and its neighbours are not', async (t) => {
    const directory = folder(t, { objects: manifest('a1'), 'b.yaml': manifest('b1') });
    const source = follow(t, join(directory, 'objects'));
    await source.shows('a1');
    writeFileSync(join(directory, 'objects'), manifest('a2'));
    await source.shows('a2');
    writeFileSync(join(directory, 'new'), manifest('a3'));
    renameSync(join(directory, 'new'), join(directory, 'objects'));
    await source.shows('a3');
  });
});

describe('a save', () => {
  it('in place, by rename, by removal and creation is seen, and only what changed is sent', async (t) => {
    const directory = folder(t, { 'a.yaml': manifest('a1', 'b1'), 'z.yaml': manifest('z1') });
    const path = join(directory, 'a.yaml');
    const source = follow(t, directory);
    await source.shows('a1 b1 z1');
    writeFileSync(path, manifest('a2', 'b1'));
    await source.shows('a2 b1 z1');
    writeFileSync(`${path}.new`, manifest('a3', 'b1'));
    renameSync(`${path}.new`, path);
    await source.shows('a3 b1 z1');
    unlinkSync(path);
    writeFileSync(path, manifest('a4', 'b1'));
    await source.shows('a4 b1 z1');
    unlinkSync(path);
    await source.shows('z1');
    assert.deepEqual(source.history, ['+a1', '+b1', '+z1', '+a2', '+a3', '+a4', '-a4', '-b1']);
  });

  it('with a mistake keeps the last good content, says where, and says when it is repaired', async (t) => {
    const directory = folder(t, { 'a.yaml': manifest('a1') });
    const path = join(directory, 'a.yaml');
    const source = follow(t, directory);
    await source.shows('a1');
    writeFileSync(path, 'apiVersion: v1\nkind: X: Y\n');
    await until(() => source.notices.length === 1);
    const [problem] = source.notices;
    assert.ok(problem?.kind === 'problem');
    assert.deepEqual([problem.file, problem.line, problem.column], [path, 2, 7]);
    assert.equal(source.state(), 'a1');
    writeFileSync(path, manifest('a2'));
    await source.shows('a2');
    assert.equal(source.said().at(-1), 'repaired');
  });

  it('that empties the file deletes its objects', async (t) => {
    const directory = folder(t, { 'a.yaml': manifest('a1'), 'b.yaml': manifest('b1') });
    const source = follow(t, directory);
    await source.shows('a1 b1');
    writeFileSync(join(directory, 'a.yaml'), '');
    await source.shows('b1');
  });

  it('of a file among a thousand is one batch of one event', async (t) => {
    const files = Array.from({ length: 1000 }, (_, i) => [
      `f${i}.yaml`,
      manifest(`a${i}`).replace('name: a', `name: a${i}`),
    ]);
    const directory = folder(t, Object.fromEntries(files));
    const source = follow(t, directory);
    await until(() => source.seen.synced > 0);
    const before = source.seen.batches;
    appendFileSync(join(directory, 'f7.yaml'), `---\n${manifest('zz')}`);
    await until(() => source.history.at(-1) === '+zz');
    assert.equal(source.seen.batches, before + 1);
  });
});

describe('directories', () => {
  it('that come, move and go are followed', async (t) => {
    const directory = folder(t);
    const source = follow(t, directory);
    await source.shows('');
    mkdirSync(join(directory, 'x/y'), { recursive: true });
    writeFileSync(join(directory, 'x/y/a.yaml'), manifest('a1'));
    await source.shows('a1');
    renameSync(join(directory, 'x'), join(directory, 'w'));
    writeFileSync(join(directory, 'w/y/b.yaml'), manifest('b1'));
    await source.shows('a1 b1');
    rmSync(join(directory, 'w'), { recursive: true });
    await source.shows('');
    mkdirSync(join(directory, 'w'));
    writeFileSync(join(directory, 'w/c.yaml'), manifest('c1'));
    await source.shows('c1');
  });

  it('that take the name of a file, and files that of a directory, replace it', async (t) => {
    const root = folder(t, { 'x.yaml': manifest('a1') });
    const source = follow(t, root);
    await source.shows('a1');
    const path = join(root, 'x.yaml');
    unlinkSync(path);
    mkdirSync(path);
    writeFileSync(join(path, 'in.yaml'), manifest('b1'));
    await source.shows('b1');
    rmSync(path, { recursive: true });
    writeFileSync(path, manifest('a2'));
    await source.shows('a2');
    assert.deepEqual(source.said(), []);
  });

  it('mounted as a ConfigMap change by a swap of its link', async (t) => {
    const directory = folder(t);
    const version = (name: string, ...specs: readonly string[]) => {
      mkdirSync(join(directory, name));
      for (const spec of specs) writeFileSync(join(directory, name, `${spec[0]}.yaml`), manifest(spec));
      symlinkSync(name, join(directory, '..data_tmp'));
      renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
    };
    version('..1', 'a1', 'b1');
    symlinkSync('..data/a.yaml', join(directory, 'a.yaml'));
    symlinkSync('..data/b.yaml', join(directory, 'b.yaml'));
    const source = follow(t, directory);
    await source.shows('a1 b1');
    version('..2', 'a2', 'b1');
    rmSync(join(directory, '..1'), { recursive: true });
    await source.shows('a2 b1');
    assert.deepEqual(source.history, ['+a1', '+b1', '+a2']);
  });

  it('that were named may be swapped for another, by rename and by link', async (t) => {
    const base = folder(t);
    const real = join(base, 'now');
    const make = (path: string, ...specs: readonly string[]) => {
      mkdirSync(path);
      for (const spec of specs) writeFileSync(join(path, `${spec[0]}.yaml`), manifest(spec));
    };
    make(real, 'a1', 'b1');
    symlinkSync('now', join(base, 'link'));
    make(join(base, 'linked'), 'a3');
    const source = follow(t, join(base, 'link'));
    await source.shows('a1 b1');
    symlinkSync('linked', join(base, 'link2'));
    renameSync(join(base, 'link2'), join(base, 'link'));
    await source.shows('a3');
    unlinkSync(join(base, 'link'));
    make(join(base, 'link'), 'a4', 'c4');
    await source.shows('a4 c4');
    writeFileSync(join(base, 'link/c.yaml'), manifest('c5'));
    await source.shows('a4 c5');
  });

  it('that were named and vanish keep serving until they are back', async (t) => {
    const base = folder(t);
    mkdirSync(join(base, 'd'));
    writeFileSync(join(base, 'd/a.yaml'), manifest('a1'));
    writeFileSync(join(base, 'd/b.yaml'), manifest('b1'));
    const source = follow(t, join(base, 'd'));
    await source.shows('a1 b1');
    rmSync(join(base, 'd'), { recursive: true });
    await until(() => source.said().some((message) => message.includes('its last content keeps serving')));
    assert.equal(source.state(), 'a1 b1');
    mkdirSync(join(base, 'd'));
    writeFileSync(join(base, 'd/a.yaml'), manifest('a2'));
    await source.shows('a2');
    assert.equal(source.said().at(-1), 'repaired');
  });
});

it('an object in two files: the first by path is used, told with both names, and the second takes over', async (t) => {
  const directory = folder(t, { 'a.yaml': manifest('x1'), 'b.yaml': manifest('x2') });
  const source = follow(t, directory);
  await source.shows('x1');
  await until(() => source.notices.length > 0);
  const [notice] = source.notices;
  assert.ok(notice?.kind === 'problem');
  assert.equal(notice.file, join(directory, 'b.yaml'));
  assert.equal(notice.message, `X default/x is in ${join(directory, 'a.yaml')} too; that one is used`);
  unlinkSync(join(directory, 'a.yaml'));
  await source.shows('x2');
  assert.deepEqual(source.history, ['+x1', '+x2']);
});

it('a conflict that has ended is told again when it comes back', async (t) => {
  const directory = folder(t, { 'a.yaml': manifest('x1'), 'b.yaml': manifest('x2') });
  const source = follow(t, directory);
  const told = () => source.said().filter((message) => message.includes('too; that one is used')).length;
  await until(() => told() === 1);
  unlinkSync(join(directory, 'a.yaml'));
  await source.shows('x2');
  writeFileSync(join(directory, 'a.yaml'), manifest('x1'));
  await until(() => told() === 2);
});

it('a file that is renamed changes nothing and is no conflict', async (t) => {
  const directory = folder(t, { 'a.yaml': manifest('x1') });
  const source = follow(t, directory);
  await source.shows('x1');
  renameSync(join(directory, 'a.yaml'), join(directory, 'b.yaml'));
  writeFileSync(join(directory, 'c.yaml'), manifest('c1'));
  await source.shows('c1 x1');
  unlinkSync(join(directory, 'c.yaml'));
  await source.shows('x1');
  assert.deepEqual(source.history, ['+x1', '+c1', '-c1']);
  assert.deepEqual(source.notices, []);
});

it('what the kernel drops, when more happens at once than it queues events for, is seen all the same', async (t) => {
  const directory = folder(t, { 'a.yaml': manifest('a1'), 'x.tmp': '' });
  const source = follow(t, directory);
  await source.shows('a1');
  for (let i = 0; i < 5000; i++) {
    renameSync(join(directory, 'x.tmp'), join(directory, 'y.tmp'));
    renameSync(join(directory, 'y.tmp'), join(directory, 'x.tmp'));
  }
  writeFileSync(join(directory, 'last.yaml'), manifest('z1'));
  await source.shows('a1 z1');
});
