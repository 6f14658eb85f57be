// The looks at a file, each made by the test: no clock runs.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { createReader } from './settle.ts';

const manifest = (...specs: readonly string[]): string =>
  specs
    .map((spec) => `apiVersion: v1\nkind: X\nmetadata: { name: ${spec[0]} }\nspec: ${spec}\n`)
    .join('---\n');

/** One file that serves `first`, and what the reader does about it. */
function reading(t: TestContext, first: string) {
  const directory = mkdtempSync(join(tmpdir(), 'contour-settle-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'f.yaml');
  const log: string[] = [];
  let held = 0;
  const options = { rooted: true };
  const reader = createReader({
    rooted: () => options.rooted,
    shown: () => 'f.yaml',
    holds: () => held > 0,
    plan: (_, ms) => log.push(`in ${ms} ms`),
    notice: (notice) => log.push(notice.kind === 'repaired' ? 'repaired' : `problem: ${notice.message}`),
    content(_, objects) {
      held = objects.length;
      log.push(`takes ${objects.map(({ object }) => object.spec).join(' ') || 'nothing'}`);
    },
  });
  writeFileSync(path, first);
  reader.touched(path, false, false);
  reader.check(path, false);
  log.length = 0;
  /** What happens until the next look is due, or nothing more is. */
  const step = (act: () => void): string[] => {
    act();
    return log.splice(0);
  };
  const save = (act: () => void) =>
    step(() => {
      act();
      reader.touched(path, true, true);
    });
  return {
    path,
    options,
    write: (text: string) => save(() => writeFileSync(path, text)),
    append: (text: string) => save(() => appendFileSync(path, text)),
    touch: () => save(() => {}),
    look: () => step(() => reader.check(path, true)),
  };
}

it('an empty file is believed at the second look; written to in between, it never was', (t) => {
  const file = reading(t, manifest('a1'));
  file.write('');
  assert.deepEqual(file.look(), ['in 200 ms']);
  file.write(manifest('a2'));
  assert.deepEqual(file.look(), ['takes a2']);
  file.write('');
  assert.deepEqual([file.look(), file.look()], [['in 200 ms'], ['takes nothing']]);
});

it('a text that ends within a line waits for the rest', (t) => {
  const file = reading(t, manifest('a1'));
  file.write(manifest('a2', 'b2').slice(0, -1));
  assert.deepEqual(file.look(), ['in 20 ms']);
  file.append('2\n');
  assert.deepEqual(file.look(), ['takes a2 b22']);
  file.write(manifest('a3').trimEnd());
  assert.deepEqual([file.look(), file.look(), file.look()], [['in 20 ms'], ['takes a3'], []]);
});

it('JSON without an end of line does not wait', (t) => {
  const file = reading(t, manifest('a1'));
  file.write('{"apiVersion":"v1","kind":"X","metadata":{"name":"a"},"spec":"a2"}');
  assert.deepEqual(file.look(), ['takes a2']);
});

it('a file that grows between two looks is not read', (t) => {
  const file = reading(t, manifest('a1'));
  file.write(manifest('a2'));
  appendFileSync(file.path, `---\n${manifest('b2')}`);
  assert.deepEqual(file.look(), ['in 3 ms']);
  assert.deepEqual(file.look(), ['takes a2 b2']);
});

it('a mistake is told at the second look, once, and when it is gone', (t) => {
  const file = reading(t, manifest('a1'));
  file.write('a: b: c\n');
  assert.deepEqual(file.look(), ['in 200 ms']);
  assert.deepEqual(file.look(), ['problem: Nested mappings are not allowed in compact mappings']);
  file.touch();
  assert.deepEqual(file.look(), []);
  file.write(manifest('a1'));
  assert.deepEqual(file.look(), ['repaired', 'takes a1']);
});

it('a mistake without an end of line is told too', (t) => {
  const file = reading(t, manifest('a1'));
  file.write('a: b: c');
  assert.deepEqual([file.look(), file.look()], [['in 20 ms'], ['in 200 ms']]);
  assert.deepEqual(file.look(), ['problem: Nested mappings are not allowed in compact mappings']);
});

it('a file that is gone is believed at the second look, and not while its root is gone', (t) => {
  const file = reading(t, manifest('a1'));
  unlinkSync(file.path);
  file.options.rooted = false;
  file.touch();
  assert.deepEqual([file.look(), file.look()], [[], []]);
  file.options.rooted = true;
  file.touch();
  assert.deepEqual([file.look(), file.look()], [['in 50 ms'], ['takes nothing']]);
});

it('a text that is the same costs nothing', (t) => {
  const file = reading(t, manifest('a1'));
  assert.deepEqual(file.write(manifest('a1')), ['in 3 ms']);
  assert.deepEqual(file.look(), []);
});

it('what is no text, or too large, is a problem', (t) => {
  const file = reading(t, manifest('a1'));
  writeFileSync(file.path, Buffer.from([0xff, 0xfe, 0xff]));
  file.touch();
  assert.deepEqual(file.look(), ['problem: this is no UTF-8 text']);
  file.write('# x\n'.repeat(2 ** 21 + 1));
  assert.deepEqual(file.look(), ['problem: larger than 8 MiB; split the file']);
});
