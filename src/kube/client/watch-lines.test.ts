import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLineSplitter } from './watch-lines.ts';

const text = 'plain\n{"name":"Zürich 東京 🚀"}\n\nlast\n';

describe('the splitter of watch lines', () => {
  test('gives the same lines wherever the bytes are cut, also inside a character', () => {
    const bytes = Buffer.from(text);
    for (let first = 0; first <= bytes.length; first += 1) {
      for (let second = first; second <= bytes.length; second += 1) {
        const splitter = createLineSplitter();
        const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        const lines = chunks.flatMap((chunk) => splitter.push(chunk).lines);
        assert.deepEqual(lines, ['plain', '{"name":"Zürich 東京 🚀"}', 'last']);
        assert.equal(splitter.unfinished(), 0);
      }
    }
  });

  test('says how much of a line came without its end', () => {
    const splitter = createLineSplitter();
    assert.deepEqual(splitter.push(Buffer.from('one\ntw')).lines, ['one']);
    assert.equal(splitter.unfinished(), 2);
    splitter.push(Buffer.from('o'));
    assert.equal(splitter.unfinished(), 3);
    assert.deepEqual(splitter.push(Buffer.from('\n')).lines, ['two']);
    assert.equal(splitter.unfinished(), 0);
  });

  for (const [name, chunks, lines] of [
    ['in one chunk', ['ok\n12345\nlater\n'], ['ok']],
    ['over chunks', ['ok\n12', '345', '\n'], ['ok']],
    ['without an end', ['ok\n1234', '5'], ['ok']],
  ] as const) {
    test(`a line over the limit ${name} ends it after the lines before`, () => {
      const splitter = createLineSplitter(4);
      const seen: string[] = [];
      let tooLong = false;
      for (const chunk of chunks) {
        if (tooLong) break;
        const got = splitter.push(Buffer.from(chunk));
        seen.push(...got.lines);
        tooLong = got.tooLong;
      }
      assert.deepEqual(seen, lines);
      assert.ok(tooLong);
    });
  }

  test('a line of exactly the limit is fine', () => {
    assert.deepEqual(createLineSplitter(4).push(Buffer.from('1234\n')), { lines: ['1234'], tooLong: false });
  });
});
