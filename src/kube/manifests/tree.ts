// The directories and files that were named, kept in sight: also while they are swapped, removed or made anew.
import { basename, dirname, sep } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { StartError } from '../../runtime/start-error.ts';
import { createDirectories } from './directories.ts';
import { look } from './file.ts';
import { watchDirectory } from './watch.ts';

export interface TreeOptions {
  /** Absolute paths of directories, or of single files. */
  readonly roots: readonly string[];
  readonly clock: Clock;
  /** A file may have changed, come or gone. `sure`: it was written to, even if its times and size look the same. */
  touched(path: string, sure: boolean): void;
  /** A directory is not watched, or no longer there. */
  failed(path: string, message: string): void;
  /** A root that was gone is back. `told`: its absence was told by `failed`. */
  returned(path: string, told: boolean): void;
}

export interface Tree {
  /** Touches every file that there is. Throws a StartError if a root does not exist or cannot be watched. */
  open(): void;
  /** False while the root of `path` is gone: its files keep their last content until it is back. */
  rooted(path: string): boolean;
  close(): void;
}

/**
 * The kernel drops events beyond 16,384 waiting ones (fs.inotify.max_queued_events), and nothing tells us: so after
 * more events than this within `burstMs` milliseconds everything is looked at.
 */
const burst = 1_000;
const burstMs = 200;

/** How long a root or the links of a ConfigMap may be between two states, in milliseconds. */
const swapMs = 3;
const goneMs = 100;
const returnMs = 1_000;

/** Whether a path is `root` or below it. */
export const isWithin = (root: string, path: string): boolean =>
  path === root || path.startsWith(`${root}${sep}`);

export function createTree(options: TreeOptions): Tree {
  const { roots, clock, touched } = options;
  /** Stops the watch of a root's parent. */
  const parents = new Map<string, () => void>();
  /** Roots that are gone, and whether that was told. */
  const gone = new Map<string, boolean>();
  const swapped = new Set<string>();
  const timers = new Map<string, () => void>();
  let opening = false;
  let closed = false;
  let events = 0;

  const directories = createDirectories({
    touched,
    failed(path, message) {
      if (opening && roots.includes(path)) throw new StartError(`${path} ${message}`);
      options.failed(path, message);
    },
    unsettled(path) {
      if (roots.includes(path)) later(path, swapMs);
    },
    swapped(path) {
      if (swapped.size === 0) clock.after(swapMs, rescanSwapped);
      swapped.add(path);
    },
    event() {
      if (events++ === 0) clock.after(burstMs, endBurst);
    },
  });

  function endBurst(): void {
    if (!closed && events > burst) directories.rescanAll();
    events = 0;
  }

  function rescanSwapped(): void {
    const paths = [...swapped];
    swapped.clear();
    if (!closed) for (const path of paths) directories.rescan(path);
  }

  /** Looks at a root in `ms`; an earlier plan stands. */
  function later(root: string, ms: number): void {
    if (closed || timers.has(root)) return;
    timers.set(
      root,
      clock.after(ms, () => {
        timers.delete(root);
        check(root);
      }),
    );
  }

  function check(root: string): void {
    const seen = look(root);
    if (seen.kind === 'missing') {
      directories.suspend(root);
      if (gone.has(root)) later(root, returnMs);
      else missing(root);
      return;
    }
    const told = gone.get(root);
    gone.delete(root);
    if (told !== undefined) watchParent(root);
    if (seen.kind === 'directory') directories.open(root, { again: true });
    else touched(root, true);
    if (told !== undefined) options.returned(root, told);
  }

  /** The first miss is given time: the new root may be about to be put in place. */
  function missing(root: string): void {
    gone.set(root, false);
    const cancel = clock.after(goneMs, () => {
      timers.delete(root);
      if (look(root).kind === 'missing') {
        gone.set(root, true);
        options.failed(root, 'is gone; its last content keeps serving until it is back');
      }
      check(root);
    });
    timers.set(root, cancel);
  }

  /** Anew if it is watched: the parent may be another directory now. */
  function watchParent(root: string): void {
    parents.get(root)?.();
    parents.delete(root);
    const name = basename(root);
    try {
      const stop = watchDirectory(dirname(root), {
        changed(what, entry) {
          if (entry === undefined || entry.startsWith('..')) later(root, swapMs);
          else if (entry === name && (what === 'entries' || !directories.has(root))) later(root, 0);
        },
        failed() {},
      });
      parents.set(root, stop);
    } catch {
      // A parent that is closed to us: the root's own events remain.
    }
  }

  return {
    open() {
      opening = true;
      for (const root of roots) {
        const seen = look(root);
        if (seen.kind === 'missing')
          throw new StartError(`${root} does not exist; name a directory or a file`);
        if (seen.kind === 'unreadable') throw new StartError(`${root} cannot be read: ${seen.reason}`);
        if (seen.kind === 'other') throw new StartError(`${root} is neither a directory nor a file`);
        watchParent(root);
        if (seen.kind === 'directory') directories.open(root);
        else touched(root, false);
      }
      opening = false;
    },
    rooted(path) {
      const root = roots.find((root) => isWithin(root, path));
      return root === undefined || look(root).kind !== 'missing';
    },
    close() {
      closed = true;
      for (const cancel of timers.values()) cancel();
      for (const stop of parents.values()) stop();
      directories.close();
    },
  };
}
