// Credentials as files: a folder for each party, which is replaced as a whole, so that a certificate never stands beside
// the key of another one.
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../runtime/errors.ts';
import { StartError } from '../runtime/start-error.ts';
import {
  type CredentialStore,
  type Credentials,
  fields,
  fileNames,
  type Party,
  parties,
  type Written,
} from './credentials.ts';

/** Only the owner; who else must read them is for the owner to say. */
const modes = { folder: 0o700, file: 0o600 } as const;

/** Bytes of a file that are taken: certificates are a thousandth of it. */
const longestFile = 1 << 20;

/** Folders on their way in or out; a run that was killed leaves them. */
const temporary = new RegExp(`^\\.(?:${parties.join('|')})-[0-9a-f]{12}\\.(?:new|old)$`);

/** Everything rejects with a StartError that names the file. */
export function folderStore(directory: string): CredentialStore {
  const placeOf = (party: Party) => join(directory, party, `{${Object.values(fileNames)}}`);
  const pathOf = (party: Party, field: keyof Credentials) => join(directory, party, fileNames[field]);
  const read = (party: Party) =>
    Object.fromEntries(fields.map((field) => [field, readText(pathOf(party, field))]));
  return {
    places: parties.map(placeOf),
    async read() {
      return { contour: read('contour'), envoy: read('envoy') };
    },
    async write(issued) {
      try {
        prepare(directory);
        const written = parties.map((party): Written => {
          const place = placeOf(party);
          return { place, how: replaceFolder(directory, party, issued[party]) };
        });
        return written;
      } catch (error) {
        if (isRace(error)) return undefined;
        if (error instanceof StartError) throw error;
        throw new StartError(
          `${directory} cannot be written: ${messageOf(error)}; give another with --output`,
        );
      }
    },
    async notices() {
      const keys = parties.map((party) => pathOf(party, 'key'));
      return keys
        .filter((key) => ((lstatSync(key, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0)
        .map((key) => `${key} is open to other users than its owner; chmod 600 it unless that is meant`);
    },
  };
}

/** Undefined: there is none. */
function readText(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length <= longestFile ? bytes.toString('utf8') : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw new StartError(`${path} cannot be read: ${messageOf(error)}; run certgen as its owner`);
  }
}

/** Makes the directory, takes away what killed runs left in it, and refuses to replace what is not ours. */
function prepare(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: modes.folder });
  for (const name of readdirSync(directory))
    if (temporary.test(name)) rmSync(join(directory, name), { recursive: true, force: true });
  const ours: readonly string[] = Object.values(fileNames);
  for (const party of parties) {
    const folder = join(directory, party);
    const there = lstatSync(folder, { throwIfNoEntry: false });
    if (there === undefined) continue;
    const stranger = there.isDirectory() ? readdirSync(folder).find((name) => !ours.includes(name)) : '.';
    if (stranger !== undefined)
      throw new StartError(
        `${join(folder, stranger)} is not of certgen's making and would be replaced; move it, or give another folder with --output`,
      );
  }
}

/** The new folder is whole before the old one goes; between the two there is none, never a half one. */
function replaceFolder(directory: string, party: Party, credentials: Credentials): Written['how'] {
  const path = join(directory, party);
  const beside = join(directory, `.${party}-${randomBytes(6).toString('hex')}`);
  const [fresh, old] = [`${beside}.new`, `${beside}.old`];
  let moved = false;
  try {
    mkdirSync(fresh, { mode: modes.folder });
    for (const field of fields) {
      const file = join(fresh, fileNames[field]);
      writeFileSync(file, credentials[field], { flag: 'wx', mode: modes.file, flush: true });
    }
    moved = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (moved) renameSync(path, old);
    renameSync(fresh, path);
    return moved ? 'replaced' : 'created';
  } catch (error) {
    if (moved && !existsSync(path)) renameSync(old, path);
    throw error;
  } finally {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
}

/** Another run has taken the folder away, or put its own there. */
const isRace = (error: unknown): boolean => ['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error));

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
