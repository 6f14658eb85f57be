// A folder of manifests as a source of objects: watched by the kernel's events, read file by file, never half-written.
import { resolve } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import type { Runnable } from '../../runtime/runnable.ts';
import type { EventSink, ObjectEvent } from '../../store/events.ts';
import { createDueQueue } from './due.ts';
import { type Conflict, createOverlay } from './overlay.ts';
import { fileProblem, type ManifestProblem } from './problem.ts';
import { createReader } from './settle.ts';
import { createTree, isWithin } from './tree.ts';

/** What the person at the terminal should know: a mistake, or that a file that had one is fine again. */
export type ManifestNotice = ManifestProblem | { readonly kind: 'repaired'; readonly file: string };

/** The content of a file came into force. */
export interface ManifestChange {
  readonly file: string;
  readonly applied: number;
  readonly deleted: number;
}

export interface ManifestSourceOptions {
  /** Directories, taken with all below, or single files. */
  readonly directories: readonly string[];
  readonly sink: EventSink;
  readonly clock: Clock;
  onProblem(notice: ManifestNotice): void;
  onChange?(change: ManifestChange): void;
}

/** The same object in two files is told after this many milliseconds: a renamed file is two files for a moment. */
const conflictMs = 300;

/**
 * Delivers the objects of all manifest files and what changes in them. A save costs the same however many files
 * there are. A file with an error keeps its last good content. `run` fails if a directory does not exist.
 */
export function createManifestSource(options: ManifestSourceOptions): Runnable {
  return {
    name: 'manifests',
    run: (signal) =>
      new Promise((done, fail) => {
        if (signal.aborted) {
          done();
          return;
        }
        const source = start(options);
        const stop = () => {
          source.stop();
          done();
        };
        signal.addEventListener('abort', stop, { once: true });
        try {
          source.open();
        } catch (error) {
          source.stop();
          fail(error);
        }
      }),
  };
}

function start(options: ManifestSourceOptions): { open(): void; stop(): void } {
  const { sink, clock } = options;
  const overlay = createOverlay();
  const shown = shownPaths(options.directories);
  const contested = new Set<string>();
  let cancelConflicts = () => {};
  const toldConflicts = new Map<string, Conflict>();
  const initial = new Set<string>();
  let events: ObjectEvent[] = [];
  let synced = false;

  const reader = createReader({
    rooted: (path) => tree.rooted(path),
    shown,
    holds: (path) => overlay.count(path) > 0,
    plan: (path, ms) => queue.plan(path, ms),
    notice: (notice) => options.onProblem(notice),
    content(path, objects) {
      const changes = overlay.set(path, objects);
      if (changes.length > 0) {
        for (const event of changes) events.push(event);
        const applied = changes.filter((event) => event.type === 'applied').length;
        options.onChange?.({ file: shown(path), applied, deleted: changes.length - applied });
      }
      const conflicts = overlay.conflicts(path);
      forgetConflicts(path, new Set(conflicts.map(conflictKey)));
      if (conflicts.length > 0) planConflicts(path);
    },
  });

  /** Those that have ended are told again when they come back. */
  function forgetConflicts(path: string, lasting: ReadonlySet<string>): void {
    for (const [told, { used, unused }] of toldConflicts)
      if ((used === path || unused === path) && !lasting.has(told)) toldConflicts.delete(told);
  }

  function planConflicts(path: string): void {
    if (contested.size === 0)
      cancelConflicts = clock.after(conflictMs, () => {
        const paths = [...contested];
        contested.clear();
        paths.forEach(tellConflicts);
      });
    contested.add(path);
  }

  function tellConflicts(path: string): void {
    for (const conflict of overlay.conflicts(path)) {
      const { title, used, unused } = conflict;
      if (toldConflicts.has(conflictKey(conflict))) continue;
      toldConflicts.set(conflictKey(conflict), conflict);
      options.onProblem(
        fileProblem(shown(unused), `${title} is in ${shown(used)} too; that one is used`, 'warning'),
      );
    }
  }

  const queue = createDueQueue({
    clock,
    work(path) {
      reader.check(path, synced);
      initial.delete(path);
    },
    rest() {
      const batch = events;
      events = [];
      if (batch.length > 0) sink.apply(batch);
      settleStart();
    },
  });

  const tree = createTree({
    roots: options.directories.map((directory) => resolve(directory)),
    clock,
    touched(path, sure) {
      if (!synced) initial.add(path);
      reader.touched(path, sure, synced);
    },
    failed: (path, message) => options.onProblem(fileProblem(shown(path), message)),
    returned(root, told) {
      for (const path of reader.known()) if (isWithin(root, path)) reader.touched(path, false, true);
      if (told) options.onProblem({ kind: 'repaired', file: shown(root) });
    },
  });

  function settleStart(): void {
    if (synced || initial.size > 0) return;
    synced = true;
    sink.synced();
  }

  return {
    open() {
      tree.open();
      settleStart();
    },
    stop() {
      cancelConflicts();
      queue.close();
      tree.close();
    },
  };
}

/** Paths as the user wrote their beginning. */
function shownPaths(directories: readonly string[]): (path: string) => string {
  const roots = directories.map((given) => ({
    given: given.replace(/(?<=.)\/+$/, ''),
    real: resolve(given),
  }));
  return (path) => {
    const root = roots.find(({ real }) => isWithin(real, path));
    return root === undefined ? path : root.given + path.slice(root.real.length);
  };
}

const conflictKey = ({ title, used, unused }: Conflict): string => `${title}\n${used}\n${unused}`;
