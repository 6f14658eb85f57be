import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { maxFileBytes } from '../kube/manifests/file.ts';
import { readFiles } from './manifests.ts';

const service = (name: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}${more} }\n`;

async function* stream(...chunks: readonly (string | Uint8Array)[]) {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
const noInput = () => assert.fail('stdin is not to be read');

function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'contour-manifests-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

const where = ({ objects }: Awaited<ReturnType<typeof readFiles>>, directory = '') =>
  objects.map(({ object, file, line }) => {
    const { namespace, name } = object.metadata as { readonly namespace: string; readonly name: string };
    return `${namespace}/${name} ${file.replace(`${directory}/`, '')}:${line}`;
  });

describe('files', () => {
  it('are read in the order of their paths; an object has a file and a line', async (t) => {
    const directory = folder(t, {
      'b.yaml': service('c'),
      'a.yaml': `# first\n${service('a')}---\n${service('b', ', namespace: shop')}`,
    });
    const read = await readFiles([join(directory, 'b.yaml'), directory], { stdin: noInput });
    assert.deepEqual(where(read, directory), [
      ...['default/a a.yaml:2', 'shop/b a.yaml:6', 'default/c b.yaml:1'],
    ]);
    assert.deepEqual(read.problems, []);
  });

  it('objects without a namespace get the given one, and are then the same as those that have it', async (t) => {
    const directory = folder(t, { 'a.yaml': service('a'), 'b.yaml': service('a', ', namespace: shop') });
    const read = await readFiles([directory], { stdin: noInput, namespace: 'shop' });
    assert.deepEqual(where(read, directory), ['shop/a a.yaml:1']);
    assert.match(read.problems[0]?.message ?? '', /^Service shop\/a is in .*a\.yaml too; that one is used$/);
  });

  it('that are missing or hold no manifests are told', async (t) => {
    const directory = folder(t, { 'notes.txt': '' });
    const { problems } = await readFiles([directory, join(directory, 'none')], { stdin: noInput });
    assert.deepEqual(
      problems.map(({ severity, message }) => [severity, message]),
      [
        ['warning', 'no manifests here (.yaml, .yml, .json)'],
        ['error', 'no such file or directory'],
      ],
    );
  });
});

describe('stdin', () => {
  it('is read for -, once, in whatever pieces it comes', async () => {
    let reads = 0;
    const [half, rest] = [service('ä').slice(0, 40), service('ä').slice(40)];
    const bytes = Buffer.from(half + rest);
    const stdin = () => {
      reads++;
      return stream(bytes.subarray(0, 46), bytes.subarray(46));
    };
    assert.deepEqual(where(await readFiles(['-', '-'], { stdin })), ['default/ä -:1']);
    assert.equal(reads, 1);
  });

  it('has the bounds of a file', async () => {
    const message = async (...chunks: (string | Uint8Array)[]) => {
      const { objects, problems } = await readFiles(['-'], { stdin: () => stream(...chunks) });
      assert.deepEqual(objects, []);
      return problems.map((problem) => `${problem.file}: ${problem.message}`);
    };
    assert.deepEqual(await message(Buffer.from([0xff])), ['-: this is no UTF-8 text']);
    const large = Buffer.alloc(maxFileBytes / 2 + 1, ' ');
    assert.deepEqual(await message(large, large), ['-: more than 8 MiB; split it']);
    assert.match((await message('a: b: c\n'))[0] ?? '', /^-: Nested mappings/);
  });
});
