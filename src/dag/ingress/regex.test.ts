// Regular expressions that Envoy takes and refuses; each was given to one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { regexMistake } from './regex.ts';

const taken = [
  ...['/a.*', '/[0-9]+/x', '/(a|b)?', '/\\d{1,3}', '/a{2}b{9}', '(?i)/a+?', '/\\.\\*', '/(?:x)*', '/[^/]+$'],
  ...[
    '/[a\\]]',
    '/{',
    '/x{,2}',
    '/[[:alpha:]]+',
    '/(a|)',
    '/\\x41',
    '/[\\d-z]',
    '/é+',
    '/(a{3}){3}',
    '/(a*)+',
  ],
];
const refused = [
  ...['/[', '/(a', '/a)', '/a**', '/a++', '/\\', '/\\1', '/(?=a)', '/(?<!a)b', '/(a)\\k<a>', '/\\y', '/[]'],
  ...['/[z-a]', '/a{1001}', '/((a{100}){100})', '/a{2}{3}', '/\\x', '/\\xg1', '/[\\b]', '/[\\z]', '/[a-\\d]'],
  ...[`/${'a{900}'.repeat(9)}`, `/(${'a'.repeat(500)}){100}`, `/${'a'.repeat(1_024)}*`],
];

describe('a regular expression', () => {
  for (const pattern of taken)
    it(`${pattern} is taken`, () => assert.equal(regexMistake(pattern), undefined));
  for (const pattern of refused)
    it(`${pattern.slice(0, 40)} is refused`, () => assert.notEqual(regexMistake(pattern), undefined));
});
