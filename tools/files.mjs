// Which test files a command line means.
import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const folders = ['src', 'tools', 'e2e'];

/** Test files of the checkout, sorted. A selection names files or folders, relative to the checkout; none means all. */
export function testFiles(root, selection = []) {
  const wanted = selection.map((path) => relative(root, resolve(root, path)));
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)),
    )
    .filter((path) => /\.test\.(ts|mjs)$/.test(path))
    .filter(
      (path) =>
        wanted.length === 0 ||
        wanted.some((prefix) => path === prefix || prefix === '' || path.startsWith(`${prefix}/`)),
    )
    .sort();
}
