import assert from 'node:assert/strict';
import {
  chmodSync,
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
import type { Issued } from './credentials.ts';
import { folderStore } from './folder.ts';

const issued = (mark: string): Issued => {
  const of = (party: string) => ({
    authority: `${mark} ca`,
    certificate: `${mark} ${party}`,
    key: `${mark} ${party} key`,
  });
  return { contour: of('contour'), envoy: of('envoy') };
};

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'contour-folder-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const everything = (path: string) => readdirSync(path, { recursive: true }).map(String).sort();
const whole = ['contour', 'envoy'].flatMap((party) => [
  party,
  ...['ca.crt', 'tls.crt', 'tls.key'].map((name) => `${party}/${name}`),
]);

describe('credentials as files', () => {
  it('are for their owner alone, whatever the umask', async (t) => {
    const before = process.umask(0);
    t.after(() => process.umask(before));
    const path = join(directory(t), 'a/b');
    const store = folderStore(path);
    assert.deepEqual(
      (await store.write(issued('1')))?.map(({ how }) => how),
      ['created', 'created'],
    );
    assert.deepEqual(everything(path), whole);
    for (const name of ['.', 'contour', 'envoy'])
      assert.equal(statSync(join(path, name)).mode & 0o777, 0o700);
    for (const name of whole.filter((one) => one.includes('/')))
      assert.equal(statSync(join(path, name)).mode & 0o777, 0o600, name);
    assert.deepEqual(await store.read(), issued('1'));
    assert.deepEqual(await store.notices(), []);
  });

  it('are replaced, and what killed runs left is taken away', async (t) => {
    const path = directory(t);
    const store = folderStore(path);
    await store.write(issued('1'));
    for (const left of ['.contour-0123456789ab.new', '.envoy-0123456789ab.old']) mkdirSync(join(path, left));
    writeFileSync(join(path, 'notes'), 'mine');
    assert.deepEqual(
      (await store.write(issued('2')))?.map(({ how }) => how),
      ['replaced', 'replaced'],
    );
    assert.deepEqual(everything(path), [...whole, 'notes'].sort());
    assert.deepEqual(await store.read(), issued('2'));
  });

  it('that are missing, or too long for a certificate, are not there', async (t) => {
    const path = directory(t);
    assert.deepEqual(await folderStore(join(path, 'none')).read(), {
      contour: { authority: undefined, certificate: undefined, key: undefined },
      envoy: { authority: undefined, certificate: undefined, key: undefined },
    });
    mkdirSync(join(path, 'contour'));
    writeFileSync(join(path, 'contour/ca.crt'), Buffer.alloc(2 << 20));
    assert.equal((await folderStore(path).read()).contour.authority, undefined);
  });

  const strangers: readonly (readonly [name: string, make: (path: string) => void, expected: RegExp])[] = [
    [
      'a file of that name',
      (path) => writeFileSync(join(path, 'contour'), ''),
      /contour is not of certgen's/,
    ],
    [
      'a link',
      (path) => symlinkSync('elsewhere', join(path, 'envoy')),
      /envoy is not of certgen's making .*; move it, or give another folder with --output/,
    ],
    [
      'a folder with more in it',
      (path) => {
        mkdirSync(join(path, 'envoy'));
        writeFileSync(join(path, 'envoy/envoy.json'), '{}');
      },
      /envoy\/envoy\.json is not of certgen's making/,
    ],
  ];
  for (const [name, make, expected] of strangers)
    it(`${name} is never replaced`, async (t) => {
      const path = directory(t);
      make(path);
      const before = everything(path);
      await assert.rejects(folderStore(path).write(issued('1')), { name: 'StartError', message: expected });
      assert.deepEqual(everything(path), before);
    });

  it('cannot be written below a file, and it is said where', async (t) => {
    const file = join(directory(t), 'file');
    writeFileSync(file, '');
    await assert.rejects(folderStore(join(file, 'x')).write(issued('1')), {
      name: 'StartError',
      message: /file\/x cannot be written: ENOTDIR.*--output/,
    });
  });

  it('with a key that others can read are told of', async (t) => {
    const path = directory(t);
    await folderStore(path).write(issued('1'));
    const key = join(path, 'envoy/tls.key');
    chmodSync(key, 0o640);
    assert.deepEqual(await folderStore(path).notices(), [
      `${key} is open to other users than its owner; chmod 600 it unless that is meant`,
    ]);
    assert.equal(readFileSync(key, 'utf8'), '1 envoy key');
  });
});
