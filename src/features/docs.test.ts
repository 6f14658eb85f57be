// The pages about IngressRoute, and the CRDs, say what the sources say. `npm run golden` writes what is made from them.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { exampleNames, readExample } from '../../examples/ingressroute/example.ts';
import { sourcesOf } from '../testing/embedded.ts';
import { generatedFiles } from '../testing/generated-files.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

for (const [path, expected] of generatedFiles(root))
  test(`${path} is what its sources make`, () => assert.equal(read(path), expected));

test('docs/ingressroute.md shows every example whole', () => {
  const shown = new Set(sourcesOf(read('docs/ingressroute.md')));
  const wanted = exampleNames().flatMap((name) =>
    [...readExample(name).manifests.filter((file) => file !== 'services.yaml'), 'expected.txt'].map(
      (file) => `examples/ingressroute/${name}/${file}`,
    ),
  );
  assert.deepEqual(
    wanted.filter((file) => !shown.has(file)),
    [],
  );
});

/** Titles as the anchors that they have. */
const anchors = (page: string) =>
  [...page.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe('links lead somewhere', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  for (const page of ['README.md', ...pages.map((name) => join('docs', name))]) {
    test(page, () => {
      for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        const [file = '', anchor] = target.split('#');
        const path = file === '' ? page : join(dirname(page), file);
        assert.ok(existsSync(join(root, path)), target);
        if (anchor !== undefined) assert.ok(anchors(read(path)).includes(anchor), target);
      }
    });
  }
});

test('every row of docs/differences.md names what shows it', () => {
  const rows = read('docs/differences.md')
    .split('\n')
    .filter((line) => /^\| [^-]/.test(line) && !line.startsWith('| Contour'));
  assert.ok(rows.length > 30);
  for (const row of rows) assert.match(row, /\| [^|]*\]\([^|]+\)[^|]* \|$/, row);
});
