import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatProblem } from './problem.ts';
import { readManifests } from './read.ts';

const titles = (text: string): string[] => readManifests(text, 'f.yaml').objects.map(({ title }) => title);
const wrong = (text: string): string[] =>
  readManifests(text, 'f.yaml').problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
const service = (name: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}${more} }\n`;

/** 3,000 copied nodes, which one document may have. */
const small = `x: &x [${'1,'.repeat(100)}]\ny: [${'*x,'.repeat(30)}]\n`;

describe('readManifests takes', () => {
  const cases: readonly (readonly [name: string, text: string, expected: readonly string[]])[] = [
    ['nothing', '', []],
    ['comments alone', '# nothing\n---\n# here\n', []],
    ['one document, namespace defaulted', service('a'), ['Service default/a']],
    [
      'several documents, empty ones between',
      `${service('a')}---\n---\n# x\n---\n${service('b')}`,
      ['Service default/a', 'Service default/b'],
    ],
    ['a namespace that is given', service('a', ', namespace: shop'), ['Service shop/a']],
    [
      'a kind without namespaces',
      'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: c}',
      ['IngressClass c'],
    ],
    ['JSON', '{"apiVersion": "v1",\n\t"kind": "Service", "metadata": {"name": "a"}}', ['Service default/a']],
    [
      'a List',
      `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: X, metadata: {name: a}}\n`,
      ['X default/a'],
    ],
    [
      'a list of one kind, whose items need not name it',
      'apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: p}}]',
      ['Pod default/p'],
    ],
    [
      'a list inside a list',
      'apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: PodList, items: [{metadata: {name: p}}]}]',
      ['Pod default/p'],
    ],
    ['an empty list', 'apiVersion: v1\nkind: PodList\nitems: []', []],
    [
      'kinds that nobody knows',
      'apiVersion: a.b/v1\nkind: Teapot\nmetadata: {name: t}',
      ['Teapot default/t'],
    ],
    [
      'merge keys',
      'x: &x {name: a}\napiVersion: v1\nkind: Pod\nmetadata: {<<: *x, namespace: n}',
      ['Pod n/a'],
    ],
    ['a byte order mark and CRLF', `\ufeff${service('a').replaceAll('\n', '\r\n')}`, ['Service default/a']],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => {
      assert.deepEqual(wrong(text), []);
      assert.deepEqual(titles(text), expected);
    });
  }

  it('values as they are written', () => {
    const [read] = readManifests(
      `${service('a')}spec: { s: "1", n: 1, b: true, z: null, l: [x] }\n`,
      'f',
    ).objects;
    assert.deepEqual(read?.object.spec, { s: '1', n: 1, b: true, z: null, l: ['x'] });
  });
});

describe('readManifests refuses with the position', () => {
  const cases: readonly (readonly [name: string, text: string, expected: RegExp])[] = [
    ['bad syntax', `${service('a')}spec: [1\n`, /^5:1 .*end with a \]/],
    ['a tab as indentation', 'a:\n\t- b\n', /^2:1 Tabs/],
    ['a key twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', /^4:3 key "c" is given twice/],
    ['a key that is a map', '? {a: b}\n: c\n', /^1:3 .*keys must be strings/],
    ['an alias without anchor', 'a: *nope\n', /^1:4 .*\*nope/],
    ['an alias inside its anchor', 'a: &a [*a]\n', /^1:8 .*inside its own anchor/],
    ['text', 'hello\n', /^1:1 this is no Kubernetes object/],
    ['no kind', 'apiVersion: v1\n', /^1:1 the object has no kind/],
    ['no apiVersion', 'kind: Pod\n', /^1:1 the Pod has no apiVersion/],
    [
      'no name',
      `${service('a')}---\napiVersion: v1\nkind: Pod\nmetadata: {}\n`,
      /^5:1 the Pod has no metadata.name/,
    ],
    ['a name with a slash', service('a/b'), /^1:1 the .* has a metadata.name with a "\/"/],
    ['a namespace that is a number', service('a', ', namespace: 7'), /^1:1 .*metadata.namespace/],
    [
      'an item of a list',
      'apiVersion: v1\nkind: List\nitems: [{}, 5]\n',
      /^1:1 items\[0\]: the object has no kind/,
    ],
    ['a kind that comes by __proto__', '{"__proto__": {"kind": "Pod"}, "apiVersion": "v1"}', /no kind/],
    ['deep nesting in brackets', '['.repeat(20_000), /nested too deeply/],
    ['deep nesting in dashes', '- '.repeat(20_000), /nested too deeply/],
    [
      'nesting that the parser can take',
      Array.from({ length: 150 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      /^102:102 nested more than 100/,
    ],
    ['aliases that grow', bomb((names) => `[${names}]`), /aliases make this document grow/],
    [
      'documents that grow a little each',
      Array.from({ length: 40 }, (_, i) => `${service(`a${i}`)}${small}`).join('---\n'),
      /aliases make this file grow/,
    ],
    [
      'merge keys that grow',
      bomb((names) => `{<<: [${names}]}`, '{a: b}'),
      /aliases make this document grow/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(name, () => {
      assert.match(wrong(text)[0] ?? 'no problem', expected);
      assert.deepEqual(titles(text), [], 'nothing of a file with an error is taken');
    });
  }
});

/** Twelve levels, each naming the one below ten times. */
function bomb(level: (names: string) => string, seed = '[a, b]'): string {
  const lines = [`a0: &a0 ${seed}`];
  for (let i = 1; i < 12; i++)
    lines.push(
      `a${i}: &a${i} ${level(
        Array(10)
          .fill(`*a${i - 1}`)
          .join(', '),
      )}`,
    );
  return lines.join('\n');
}

describe('a problem', () => {
  it('shows the lines and a caret', () => {
    const [problem] = readManifests('a: 1\nb: 2\nc:\n  d: e: f\n', 'dir/f.yaml').problems;
    assert.equal(
      problem && formatProblem(problem),
      `dir/f.yaml:4:6: Nested mappings are not allowed in compact mappings
  2 | b: 2
  3 | c:
  4 |   d: e: f
    |      ^`,
    );
  });

  it('shows neither keys nor control characters', () => {
    const [problem] = readManifests(`tls.key: ${'QUJD'.repeat(20)}\n"\u001b[31m": x: y\n`, 'f').problems;
    assert.ok(problem !== undefined && !formatProblem(problem).includes('QUJD'));
    assert.ok(!formatProblem(problem).includes('\u001b'));
  });

  it('of an object that is there twice takes the first and warns', () => {
    const { objects, problems } = readManifests(`${service('a')}---\n${service('a')}`, 'f');
    assert.equal(objects.length, 1);
    assert.deepEqual(
      problems.map(({ severity, message }) => `${severity} ${message}`),
      ['warning Service default/a is in this file twice; the one of line 1 is used'],
    );
  });

  it('is told ten times at most', () => {
    assert.equal(wrong('---\nkind: Pod\n'.repeat(50)).length, 10);
  });

  it('in the syntax of a document is told once, without what follows from it', () => {
    const broken = `a: [\n  - b: 1\n    c: 2\n  - d: 3\n`;
    assert.deepEqual(
      wrong(`${broken}---\n${broken}`).map((line) => line.split(' ')[0]),
      ['2:8', '7:8'],
    );
  });

  it('that is a warning, however often, hides neither objects nor errors', () => {
    const again = `${service('a')}---\n`.repeat(12);
    assert.deepEqual(titles(`${again}${service('b')}`), ['Service default/a', 'Service default/b']);
    const { objects, problems } = readManifests(`${again}kind: Pod\n`, 'f');
    assert.deepEqual([objects.length, problems.length, problems.at(-1)?.severity], [0, 11, 'error']);
  });

  it('quotes no more than a line', () => {
    const [problem] = readManifests(`a: ${'!'.repeat(10_000)}\n`, 'f').problems;
    assert.ok(problem && formatProblem(problem).length < 700);
  });
});

it('keys named like parts of an object stay data', () => {
  const [read] = readManifests(
    `${service('a')}spec: {"__proto__": {"x": 1}, "constructor": 2}\n`,
    'f',
  ).objects;
  assert.ok(Object.hasOwn(Object(read?.object.spec), '__proto__'));
  assert.equal(Object.hasOwn(Object.prototype, 'x'), false);
});
