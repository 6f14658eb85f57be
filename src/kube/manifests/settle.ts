// When a file is whole: after a write its size and times stand still, and what it then says makes sense.
import { hash } from 'node:crypto';
import { look, readFile } from './file.ts';
import type { ManifestObject } from './objects.ts';
import { fileProblem, type ManifestProblem } from './problem.ts';
import { readManifests } from './read.ts';

/** Times in milliseconds. */
const settleMs = 3;
/** A text without an end of line may be the first half of one. */
const unterminatedMs = 20;
/** A file may be gone for a moment between two saves. */
const missingMs = 50;
/** An empty or broken file may be one that is being written. */
const doubtfulMs = 200;

export interface ReaderOptions {
  /** False while the root of `path` is gone. */
  rooted(path: string): boolean;
  shown(path: string): string;
  /** Whether objects of this file are in force. */
  holds(path: string): boolean;
  plan(path: string, ms: number): void;
  notice(notice: ManifestProblem | { readonly kind: 'repaired'; readonly file: string }): void;
  /** The whole content of a file; empty if it is gone. */
  content(path: string, objects: readonly ManifestObject[]): void;
}

interface FileState {
  /** Size and times when the file was last read. */
  read?: string;
  /** Content that was taken or refused last. */
  digest?: string;
  /** Size and times at the last look while waiting for it to settle. */
  seen?: string;
  /** Written to since it was read. */
  sure: boolean;
  /** What was doubtful since it was last written to, and is believed if it is still so. */
  readonly doubts: Set<string>;
  broken: boolean;
}

export type Reader = ReturnType<typeof createReader>;

/** Reads files when they have settled: `touched` plans a look, `check` is that look. */
export function createReader(options: ReaderOptions) {
  const files = new Map<string, FileState>();

  function touched(path: string, sure: boolean, settle: boolean): void {
    let state = files.get(path);
    if (state === undefined) {
      state = { sure, doubts: new Set(), broken: false };
      files.set(path, state);
    }
    state.sure ||= sure;
    state.doubts.clear();
    const seen = look(path);
    state.seen = seen.kind === 'file' ? seen.signature : '';
    options.plan(path, settle ? settleMs : 0);
  }

  /** Believes `what` at the second time in a row; plans that second look. */
  function believed(state: FileState, path: string, what: string, ms: number): boolean {
    if (state.doubts.has(what)) return true;
    state.doubts.add(what);
    options.plan(path, ms);
    return false;
  }

  /** Looks at a file that is due. `settle`: it may be half-written. */
  function check(path: string, settle: boolean): void {
    const state = files.get(path);
    if (state === undefined) return;
    const seen = look(path);
    if (seen.kind === 'unreadable') refuse(path, state, seen.reason);
    else if (seen.kind !== 'file') absent(path, state);
    else if (settle && seen.signature !== state.seen) {
      state.seen = seen.signature;
      options.plan(path, settleMs);
    } else if (seen.signature !== state.read || state.sure || state.doubts.size > 0) {
      read(path, state, settle);
    }
  }

  function absent(path: string, state: FileState): void {
    if (!options.rooted(path)) return;
    if (!options.holds(path) || believed(state, path, 'missing', missingMs)) remove(path, state);
  }

  function read(path: string, state: FileState, settle: boolean): void {
    const content = readFile(path);
    if (content.kind === 'refused') refuse(path, state, content.reason);
    else if (content.kind === 'unsettled') options.plan(path, settleMs);
    else {
      state.read = content.signature;
      state.sure = false;
      take(path, state, content.text, settle);
    }
  }

  function remove(path: string, state: FileState): void {
    files.delete(path);
    if (state.broken) options.notice({ kind: 'repaired', file: options.shown(path) });
    options.content(path, []);
  }

  function refuse(path: string, state: FileState, reason: string): void {
    if (state.digest === reason) return;
    state.digest = reason;
    state.broken = true;
    options.notice(fileProblem(options.shown(path), reason));
  }

  function take(path: string, state: FileState, text: string, settle: boolean): void {
    const digest = hash('sha256', text);
    if (digest === state.digest) {
      state.doubts.clear();
      return;
    }
    const wait = settle ? doubt(path, text) : 0;
    if (wait > 0 && !believed(state, path, digest, wait)) return;
    const { objects, problems } = readManifests(text, options.shown(path));
    const refused = problems.some((problem) => problem.severity === 'error');
    if (settle && refused && !believed(state, path, `refused ${digest}`, doubtfulMs)) return;
    state.doubts.clear();
    state.digest = digest;
    for (const problem of problems) options.notice(problem);
    if (state.broken && !refused) options.notice({ kind: 'repaired', file: options.shown(path) });
    state.broken = refused;
    if (!refused) options.content(path, objects);
  }

  function doubt(path: string, text: string): number {
    if (text.trim() === '') return options.holds(path) ? doubtfulMs : 0;
    return isTerminated(text) ? 0 : unterminatedMs;
  }

  return { touched, check, known: () => [...files.keys()] };
}

/** JSON shows by itself whether it is whole: half of it is an error. */
const isTerminated = (text: string): boolean => text.endsWith('\n') || /^\s*[{[]/.test(text);
