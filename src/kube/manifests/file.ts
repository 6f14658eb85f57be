// Manifest files on disk: which paths count, what a path is, and reading one within bounds.
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import { codeOf, reasonOf } from './system-error.ts';

/** Parsing holds up everything else; this much is about 20,000 objects. */
export const maxFileBytes = 8 * 1024 * 1024;

const extensions: ReadonlySet<string> = new Set(['.yaml', '.yml', '.json']);

/** Names with a dot in front are no sources: editors' files, and the real folders behind a ConfigMap's links. */
export const isVisible = (name: string): boolean => !name.startsWith('.');

export const isManifestName = (name: string): boolean => isVisible(name) && extensions.has(extname(name));

/** What a path is after following links; `missing` also for a link to nothing, or to itself. */
export type Look =
  | { readonly kind: 'missing' }
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'file'; readonly signature: string; readonly size: number }
  | { readonly kind: 'directory'; readonly identity: string };

/** Never throws. */
export function look(path: string): Look {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return { kind: 'directory', identity: `${stats.dev}:${stats.ino}` };
    if (!stats.isFile()) return { kind: 'other' };
    return { kind: 'file', signature: signatureOf(stats), size: stats.size };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return { kind: 'missing' };
    return { kind: 'unreadable', reason: reasonOf(error) };
  }
}

const signatureOf = (stats: Stats): string =>
  `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;

export type Content =
  | { readonly kind: 'text'; readonly text: string; readonly signature: string }
  /** Written to or removed while it was read. */
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Reads a whole file. Never throws; never waits for a pipe. */
export function readFile(path: string): Content {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const before = fstatSync(descriptor);
    if (!before.isFile()) return { kind: 'unsettled' };
    if (before.size > maxFileBytes)
      return { kind: 'refused', reason: `larger than ${maxFileBytes / 1024 / 1024} MiB; split the file` };
    const bytes = Buffer.alloc(before.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(descriptor, bytes, length, bytes.length - length, length);
    const signature = signatureOf(fstatSync(descriptor));
    if (length < bytes.length || signature !== signatureOf(before)) return { kind: 'unsettled' };
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), signature };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'unsettled' };
    const notText = codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    return { kind: 'refused', reason: notText ? 'this is no UTF-8 text' : reasonOf(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The visible entries of a directory, sorted by name; empty if it is gone. */
export function entriesOf(directory: string): { readonly name: string; readonly path: string }[] {
  try {
    const names = readdirSync(directory).filter(isVisible).sort();
    return names.map((name) => ({ name, path: join(directory, name) }));
  } catch {
    // Gone or closed to us since it was seen: its own event, or the look at it, tells.
    return [];
  }
}

/** Manifest files below `root` (a directory, or one file of any name), sorted; linked directories are followed once. */
export function findManifests(root: string): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const pending = [{ path: root, named: true }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const seenAs = look(next.path);
    if (seenAs.kind === 'directory' && !seen.has(seenAs.identity)) {
      seen.add(seenAs.identity);
      for (const { name, path } of entriesOf(next.path)) pending.push({ path, named: isManifestName(name) });
    } else if (seenAs.kind === 'file' && next.named) found.push(next.path);
  }
  return found.sort();
}
