// What a killed run left goes when the next one starts.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from './folders.ts';

test('a new folder replaces those of earlier nodes, and nothing else', async (context) => {
  const parent = await mkdtemp(join(tmpdir(), 'contour-folders-'));
  context.after(() => rm(parent, { recursive: true }));
  await mkdir(join(parent, 'contour-node-old', 'etcd'), { recursive: true });
  await writeFile(join(parent, 'contour-other'), '');
  const folder = await makeFolder(parent);
  assert.deepEqual((await readdir(parent)).sort(), [basename(folder), 'contour-other']);
  assert.deepEqual(await readdir(folder), []);
});
