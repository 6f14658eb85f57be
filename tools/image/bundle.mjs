// `node bundle.mjs FOLDER`: the program as an image holds it: few files, a start script with V8's flags, the licences
// of what is in it, and V8's compile cache. Runs where it will lie: the cache knows files by their whole path.
import { chmod, chown, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { packageFolders, thirdParty } from './licences.mjs';
import { warm } from './warm.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const user = 65532;

/** Writes bin/contour, dist/program/*.mjs, package.json, LICENSE and THIRD-PARTY.txt to `folder`. */
export async function bundle(folder) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { contour: 'src/main.ts' },
    outdir: folder,
    // src/commands/version.ts looks for package.json two folders above itself.
    entryNames: 'dist/program/[name]',
    chunkNames: 'dist/program/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    // Names stay as they are: stacks in logs and bug reports are readable without a source map.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'eof',
    metafile: true,
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
  const { name, version, description, license } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  await writeFile(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, version, description, license, type: 'module' }, null, 2)}\n`,
  );
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const licences = thirdParty(packageFolders(root, Object.keys(metafile.inputs)));
  await writeFile(join(folder, 'THIRD-PARTY.txt'), licences);
  await writeStart(folder, nodeFlag(await readFile(join(root, 'src/main.ts'), 'utf8')));
}

/** The flag for Node of the first line of src/main.ts. A kernel hands a script's interpreter one argument. */
export function nodeFlag(text) {
  const flags = /^#!\/usr\/bin\/env -S node (.+)\n/.exec(text)?.[1]?.split(' ') ?? [];
  if (flags.length === 1) return flags[0];
  throw new Error(`src/main.ts must start with one flag for Node, not with "${text.split('\n')[0]}"`);
}

/** No `env` in the image: the first line names Node itself. A cache that fits no more is passed over by Node. */
async function writeStart(folder, flag) {
  const start = join(folder, 'bin/contour');
  await mkdir(dirname(start), { recursive: true });
  const lines = [
    `#!${process.execPath} ${flag}`,
    "import { enableCompileCache } from 'node:module';",
    // Node holds back what packages use of its deprecated parts only while they lie in node_modules.
    'process.noDeprecation = true;',
    `enableCompileCache(${JSON.stringify(join(folder, 'cache'))});`,
    "await import('../dist/program/contour.mjs');",
  ];
  await writeFile(start, `${lines.join('\n')}\n`);
  await chmod(start, 0o755);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('node bundle.mjs FOLDER');
  await bundle(folder);
  const cache = join(folder, 'cache');
  await mkdir(cache, { recursive: true });
  // Node keeps caches of different users apart, so the one who will run it must make it.
  await chown(cache, user, user);
  await warm(join(folder, 'bin/contour'), { uid: user, gid: user });
  // Read by that user, and written by nobody any more.
  for (const path of ['', ...(await readdir(cache, { recursive: true }))]) {
    await chown(join(cache, path), 0, 0);
    await chmod(join(cache, path), path.includes('/') ? 0o644 : 0o755);
  }
}
