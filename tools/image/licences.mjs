// The licences of what is bundled: one text with the words of every package whose code is in the program.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const texts = /^(licen[cs]e|copying|notice|copyright)([.-].*)?$/i;
const rule = '='.repeat(80);

/** Folders of the packages that `files` (paths as esbuild's metafile has them, from `root`) belong to, sorted. */
export function packageFolders(root, files) {
  const folders = files
    .filter((file) => file.includes('node_modules/'))
    .map((file) => nearestPackage(root, dirname(join(root, file))));
  return [...new Set(folders)].sort();
}

/** One section per package: name, version, the licence's name, and the text of its licence and notice files. */
export function thirdParty(folders) {
  const sections = folders.map((folder) => {
    const { name, version, license } = readPackage(folder);
    const words = readdirSync(folder)
      .filter((file) => texts.test(file))
      .sort()
      .map((file) => readFileSync(join(folder, file), 'utf8').trim());
    if (license === undefined && words.length === 0)
      throw new Error(`${name} ${version} names no licence: it cannot be bundled`);
    return [`${name} ${version}: ${licenceName(license)}`, ...words].join('\n\n');
  });
  return `The program holds code of these packages.\n\n${sections.map((text) => `${rule}\n${text}\n`).join('\n')}`;
}

const licenceName = (license) =>
  typeof license === 'string' ? license : (license?.type ?? 'see the text below');

/** Some packages have a package.json of few words in inner folders: the one with name and version counts. */
function nearestPackage(root, start) {
  for (let folder = start; folder.length > root.length; folder = dirname(folder)) {
    if (!existsSync(join(folder, 'package.json'))) continue;
    const { name, version } = readPackage(folder);
    if (name !== undefined && version !== undefined) return folder;
  }
  throw new Error(`${start} belongs to no package`);
}

const readPackage = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
