// Reads the files and directories of a command line, and stdin for `-`, as `serve` reads its folder.
import { type Content, findManifests, look, maxFileBytes, readFile } from '../kube/manifests/file.ts';
import { createOverlay } from '../kube/manifests/overlay.ts';
import { fileProblem, type ManifestProblem } from '../kube/manifests/problem.ts';
import { readManifests } from '../kube/manifests/read.ts';
import type { RawObject } from '../store/events.ts';
import type { CommandIo } from './io.ts';

/** An object and where it was written. */
export interface FileObject {
  readonly object: RawObject;
  /** `-`: stdin. */
  readonly file: string;
  /** Of its document in the file, from 1. */
  readonly line: number;
}

export interface Files {
  readonly objects: readonly FileObject[];
  /** Every mistake of every file. An `error`: nothing of that file is in `objects`. */
  readonly problems: readonly ManifestProblem[];
}

export interface FilesOptions {
  readonly stdin: CommandIo['stdin'];
  /** Of objects that say none; default `default`. */
  readonly namespace?: string | undefined;
}

/** All objects of the files and directories; of the same object in two files the first by path counts. */
export async function readFiles(
  paths: readonly string[],
  { stdin, namespace }: FilesOptions,
): Promise<Files> {
  const problems: ManifestProblem[] = [];
  const overlay = createOverlay();
  const objects: FileObject[] = [];
  const files = new Set(paths.flatMap((path) => filesAt(path, problems)));
  for (const file of [...files].sort()) {
    const content = file === standardInput ? await readStream(stdin()) : readFile(file);
    if (content.kind !== 'text') {
      const reason = content.kind === 'refused' ? content.reason : 'it changed while it was read; try again';
      problems.push(fileProblem(file, reason));
      continue;
    }
    const read = readManifests(content.text, file, namespace);
    problems.push(...read.problems);
    const lines = new Map(read.objects.map(({ object, line }) => [object, line]));
    for (const { object } of overlay.set(file, read.objects))
      objects.push({ object, file, line: lines.get(object) ?? 1 });
    for (const { title, used } of overlay.conflicts(file))
      problems.push(fileProblem(file, `${title} is in ${used} too; that one is used`, 'warning'));
  }
  return { objects, problems };
}

const standardInput = '-';

function filesAt(path: string, problems: ManifestProblem[]): string[] {
  if (path === standardInput) return [path];
  const seen = look(path);
  const files = findManifests(path);
  if (seen.kind === 'missing') problems.push(fileProblem(path, 'no such file or directory'));
  else if (seen.kind === 'unreadable') problems.push(fileProblem(path, seen.reason));
  else if (files.length === 0)
    problems.push(fileProblem(path, 'no manifests here (.yaml, .yml, .json)', 'warning'));
  return files;
}

/** Within the bounds of a file. */
async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Content> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxFileBytes)
      return { kind: 'refused', reason: `more than ${maxFileBytes / 1024 / 1024} MiB; split it` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { kind: 'text', text, signature: '' };
  } catch {
    return { kind: 'refused', reason: 'this is no UTF-8 text' };
  }
}
