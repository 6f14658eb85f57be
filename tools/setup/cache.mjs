// The cache outside the checkout: folders that are there as a whole or not at all.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { withLock } from './lock.mjs';

/** `$XDG_CACHE_HOME/contour-ts`, or the same under `~/.cache`. */
export function cacheRoot(env = process.env) {
  const base = env.XDG_CACHE_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'contour-ts');
}

/** Is this a file with something in it? */
export function hasContent(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size > 0;
}

/**
 * Makes the file or folder `path` unless `isWhole(path)`. `make(aside)` builds it beside its place (`aside` does not
 * exist yet), and it is moved there only when that succeeded; so what is in its place is whole.
 */
export async function keep(path, { isWhole, make, waiting }) {
  if (isWhole(path)) return;
  await withLock(
    `${path}.lock`,
    async () => {
      await removeLeftovers(path);
      if (isWhole(path)) return;
      const aside = `${path}.partial-${randomUUID()}`;
      try {
        await make(aside);
        if (!isWhole(aside)) throw new Error(`${basename(path)} lacks files after it was made`);
        await rm(path, { recursive: true, force: true });
        await rename(aside, path);
      } finally {
        await rm(aside, { recursive: true, force: true });
      }
    },
    waiting,
  );
}

async function removeLeftovers(path) {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const leftovers = (await readdir(folder)).filter((name) => name.startsWith(`${basename(path)}.partial-`));
  for (const name of leftovers) await rm(join(folder, name), { recursive: true, force: true });
}
