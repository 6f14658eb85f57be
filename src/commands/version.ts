// `contour version`: what is running here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
const packageFile = z.object({ version: z.string() });

/** The version of this package. */
export const packageVersion = (): string =>
  packageFile.parse(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))).version;

/** One line each for this program, its commit if it runs from a clone, and Node.js. */
export function versionText(): string {
  const commit = commitOf(join(packageRoot, '.git'));
  const lines = [`contour ${packageVersion()}`];
  if (commit !== undefined) lines.push(`commit  ${commit}`);
  return `${[...lines, `node    ${process.versions.node}`].join('\n')}\n`;
}

/** The commit that a git directory has checked out. */
export function commitOf(git: string): string | undefined {
  const head = readLine(join(git, 'HEAD'));
  const ref = head?.startsWith('ref: ') ? head.slice('ref: '.length) : undefined;
  if (ref === undefined) return asCommit(head);
  const packed = readText(join(git, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`));
  return asCommit(readLine(join(git, ref))) ?? asCommit(packed?.split(' ')[0]);
}

const asCommit = (text: string | undefined): string | undefined =>
  text !== undefined && /^[0-9a-f]{40,64}$/.test(text) ? text : undefined;

const readLine = (file: string): string | undefined => readText(file)?.split('\n')[0]?.trim();

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No clone, or the ref is in the other place.
    return undefined;
  }
}
