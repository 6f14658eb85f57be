// `node strip.mjs FROM TO`: TypeScript of one folder as JavaScript, by Node alone: no packages, no compiler.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Types become blanks, so lines and columns stay; imports of `./x.ts` name `./x.js`. */
export function stripped(text) {
  return stripTypeScriptTypes(text).replaceAll(/(from\s+'\.{1,2}\/[^']+)\.ts'/g, "$1.js'");
}

/** Writes every `x.ts` of `from`, tests left out, as `x.js` to `to`. */
export async function stripFolder(from, to) {
  await mkdir(to, { recursive: true });
  await writeFile(join(to, 'package.json'), '{ "type": "module" }\n');
  const names = (await readdir(from)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  for (const name of names) {
    const text = await readFile(join(from, name), 'utf8');
    await writeFile(join(to, name.replace(/\.ts$/, '.js')), stripped(text));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [from, to] = process.argv.slice(2);
  await stripFolder(from, to);
}
