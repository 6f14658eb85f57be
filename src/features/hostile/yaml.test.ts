// Texts that a reader of YAML could choke on: nothing is thrown, and what comes out is bounded by what went in.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readManifests } from '../../kube/manifests/read.ts';
import { values } from './testing/values.ts';

const list = <T>(length: number, item: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => item(index));

const head = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n';
const named = (index: number) => `apiVersion: v1\nkind: Service\nmetadata: {name: a${index}}\n`;

/** A document that makes 2,000 nodes of 170 characters. */
const growing = (index: number) =>
  `${named(index)}b: &b [1,1]\n${'bcdefghij'.replaceAll(/(?<=(.))./g, (to, from: string) => `${to}: &${to} [*${from},*${from}]\n`).slice(1)}`;

const texts: Readonly<Record<string, string>> = {
  'brackets that are never closed': `${head}x: ${'['.repeat(5_000)}`,
  'brackets that are closed': `${head}x: ${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  braces: `${head}x: ${'{a: '.repeat(5_000)}`,
  'dashes on one line': `${head}x:\n${'- '.repeat(5_000)}a\n`,
  'question marks': `${head}${'? '.repeat(5_000)}\n`,
  'ever deeper lines': head + list(500, (index) => `${' '.repeat(index)}a:\n`).join(''),
  colons: `${head}x: ${'a: '.repeat(5_000)}`,
  commas: `${head}x: [${','.repeat(5_000)}]`,
  'a value of a megabyte': `${head}x: ${'a'.repeat(1_000_000)}\n`,
  'a number of 100,000 digits': `${head}x: ${'9'.repeat(100_000)}\n`,
  escapes: `${head}x: "${'\\u0000\\uD800'.repeat(5_000)}"\n`,
  'a quote that is never closed': `${head}x: "${'a\n'.repeat(20_000)}`,
  'lines of a block': `${head}x: |\n${' a\n'.repeat(20_000)}`,
  comments: head + '# a\n'.repeat(20_000),
  'empty lines': head + '\r\n'.repeat(20_000),
  anchors: `${head}x:\n${list(4_000, (index) => `- &a${index} 1\n`).join('')}`,
  'several anchors of one node': `${head}x: ${'&a '.repeat(5_000)}\n`,
  'aliases of a map': `${head}x: &x {a: {b: c}}\ny:\n${'- *x\n'.repeat(3_000)}`,
  'aliases of nothing': `${head}x:\n${'- *a\n'.repeat(5_000)}`,
  'an alias inside its anchor': `${head}x: &x [*x]\n`,
  'merge keys': `${head}x: &x {a: 1}\ny:\n${'  <<: *x\n'.repeat(5_000)}`,
  'a list of merge keys': `${head}x: &x {a: 1}\ny:\n  <<: [${'*x,'.repeat(5_000)}]\n`,
  tags: `${head}x:\n${'- !!binary a\n- !js/function b\n'.repeat(2_000)}`,
  directives: `${'%TAG ! tag:a,2000:\n'.repeat(5_000)}---\n${head}`,
  'empty documents': '---\n'.repeat(5_000),
  'documents that are no objects': 'a\n---\n'.repeat(5_000),
  'many objects': list(2_000, named).join('---\n'),
  'many documents that grow': list(2_000, growing).join('---\n'),
  'a list of lists': JSON.stringify(
    list(40, () => 0).reduce<object>((inner) => ({ apiVersion: 'v1', kind: 'List', items: [inner] }), {}),
  ),
  'keys twice': head + 'a: 1\n'.repeat(5_000),
  'many keys': head + list(4_000, (index) => `k${index}: 1\n`).join(''),
  'names of parts of objects': `${head}__proto__: {__proto__: {a: 1}}\nconstructor: {prototype: null}\ntoString: 1\n`,
  'a byte order mark in the middle': `${head}x: \ufeff\n---\n\ufeff${head}`,
  'control characters': `${head}x: \u0000\u001b[2J\u0085\u2028\n`,
};

/** Nodes that aliases copy are small; they may be so many in a file beside what its text holds. */
const copied = 1_000_000;

describe('a text', () => {
  for (const [what, text] of Object.entries(texts)) {
    test(`of ${what}`, () => {
      const { objects, problems } = readManifests(text, 'f');
      assert.ok(JSON.stringify(objects).length < 10 * text.length + copied);
      assert.ok(problems.length <= 20);
      for (const { message, excerpt } of problems) {
        assert.ok(message.length < 500 && excerpt.length < 1_000);
        assert.doesNotMatch(message + excerpt.replaceAll('\n', ''), /\p{Cc}|\p{Cf}|\p{Cs}/u);
      }
      const refused = problems.some(({ severity }) => severity === 'error');
      assert.equal(objects.length === 0, refused || what === 'empty documents');
    });
  }

  test('of any hostile value in the place of any other', () => {
    for (const value of values) {
      const json = JSON.stringify(value) ?? 'null';
      for (const at of ['apiVersion', 'kind', 'metadata', 'items', 'spec'])
        readManifests(
          `${JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { name: 'a' } }).slice(0, -1)},"${at}":${json}}`,
          'f',
        );
      readManifests(json, 'f');
    }
  });
});
