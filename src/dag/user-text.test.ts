import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainWords, shown } from './user-text.ts';

const cases: readonly (readonly [given: string, expected: string])[] = [
  ['/blog', '/blog'],
  ['größe', 'größe'],
  ['a\nb\u001b[31m', 'a\\u{a}b\\u{1b}[31m'],
  ['\u202eabc\u2028', '\\u{202e}abc\\u{2028}'],
  ['\ud800x', '\\u{d800}x'],
  ['x'.repeat(121), `${'x'.repeat(120)}…`],
];
for (const [given, expected] of cases) {
  test(`shown ${JSON.stringify(given.slice(0, 20))}`, () => assert.equal(shown(given), expected));
}

test("Envoy's words come on one line and bounded", () => {
  assert.equal(plainWords('\tmissing ):\n  (((\r\n', 100), 'missing ): (((');
  assert.equal(plainWords('x'.repeat(9_999), 10), `${'x'.repeat(10)}…`);
});
