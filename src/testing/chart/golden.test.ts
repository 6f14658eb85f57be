// The chart, rendered: every file of testdata, and the manifests of examples/deployment. UPDATE_GOLDEN=1 writes them, and
// what is made into the chart: its CRDs and its table of values.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { chartRenderings, chartSources, goldens, testdata } from './files.ts';
import { root } from './helm.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const write = (files: ReadonlyMap<string, string>) => {
  for (const [path, text] of files) writeFileSync(join(root, path), text);
};
const orphans = () =>
  readdirSync(join(root, testdata)).filter(
    (file) => !goldens().some((name) => file === `${name}.yaml` || file === `${name}.values.yaml`),
  );

if (process.env.UPDATE_GOLDEN === '1') {
  for (const file of orphans()) rmSync(join(root, testdata, file));
  write(chartSources());
  write(await chartRenderings());
}

describe('made from sources', () => {
  for (const [path, expected] of chartSources()) test(path, () => assert.equal(read(path), expected));
});

describe('rendered', async () => {
  let renderings: ReadonlyMap<string, string>;
  before(async () => {
    renderings = await chartRenderings();
  });

  for (const name of goldens())
    test(name, () =>
      assert.equal(read(`${testdata}/${name}.yaml`), renderings.get(`${testdata}/${name}.yaml`)),
    );

  for (const name of readdirSync(join(root, 'examples/deployment')))
    test(`examples/deployment/${name}`, () =>
      assert.equal(read(`examples/deployment/${name}`), renderings.get(`examples/deployment/${name}`)));

  test('nothing is left behind', () => assert.deepEqual(orphans(), []));
});
