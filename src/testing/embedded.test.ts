// Blocks are replaced whole, and nothing around them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesOf, withSources } from './embedded.ts';

const tables = { a: () => '| a |\n|---|\n| 1 |\n', b: () => '| b |' };
const cases: readonly (readonly [name: string, page: string, expected: string])[] = [
  ['an empty block', 'x\n\n<!-- from a -->\n\ny\n', 'x\n\n<!-- from a -->\n| a |\n|---|\n| 1 |\n\ny\n'],
  [
    'two empty blocks',
    '<!-- from a -->\n\n<!-- from b -->\n',
    '<!-- from a -->\n| a |\n|---|\n| 1 |\n\n<!-- from b -->\n| b |\n',
  ],
  ['a block of lines', '<!-- from b -->\n| old |\n| older |\n\ny\n', '<!-- from b -->\n| b |\n\ny\n'],
  [
    'a fence with an empty line',
    '<!-- from b -->\n```yaml\nold\n\nolder\n```\n\ny\n',
    '<!-- from b -->\n| b |\n\ny\n',
  ],
];
for (const [name, page, expected] of cases) {
  test(name, () => {
    assert.equal(withSources(page, '.', tables), expected);
    assert.equal(withSources(expected, '.', tables), expected, 'again');
    assert.deepEqual(sourcesOf(expected), sourcesOf(page));
  });
}

test('a file comes in a fence', () => {
  const page = withSources('<!-- from LICENSE -->\n', `${import.meta.dirname}/../..`, tables);
  assert.match(page, /^<!-- from LICENSE -->\n```text\n[\s\S]*\n```\n$/);
});
