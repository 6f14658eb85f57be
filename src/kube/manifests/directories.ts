// The watched directories below one another: which exist, which files they show, and what happens to them.

import { basename, join, sep } from 'node:path';
import { messageOf } from '../../runtime/errors.ts';
import { entriesOf, isManifestName, isVisible, look } from './file.ts';
import { watchDirectory } from './watch.ts';

export interface DirectoriesOptions {
  /** A file may have changed, come or gone. `sure`: it was written to, even if its times and size look the same. */
  touched(path: string, sure: boolean): void;
  /** A directory cannot be watched. */
  failed(path: string, message: string): void;
  /** The directory itself was moved or removed, for all that is known. */
  unsettled(path: string): void;
  /** A name of a ConfigMap's own (`..data`) changed: what the visible names show may be another. */
  swapped(path: string): void;
  /** Called for every event of the kernel. */
  event(): void;
}

export interface Directories {
  /** Watches a directory and all below; again if it is not the one that was watched. Never throws. */
  open(path: string, how?: { readonly again: boolean }): void;
  has(path: string): boolean;
  /** Looks at every entry of a directory and those below that are new. */
  rescan(path: string): void;
  rescanAll(): void;
  /** Stops watching; the files stay known. */
  suspend(path: string): void;
  close(): void;
}

interface Directory {
  readonly identity: string;
  readonly stop: () => void;
  files: Set<string>;
  children: ReadonlySet<string>;
}

/**
 * Every real directory is watched under one path, the first it was seen by: so links in a loop end, and many links
 * to one directory cost nothing.
 */
export function createDirectories(options: DirectoriesOptions): Directories {
  const directories = new Map<string, Directory>();
  const claimed = new Map<string, string>();
  /** Other paths of a directory that is watched already. */
  const twins = new Map<string, string>();

  function changed(path: string, what: 'entries' | 'content', name: string | undefined): void {
    options.event();
    if (name === undefined || name.startsWith('..')) {
      options.swapped(path);
      return;
    }
    if (what === 'entries' && name === basename(path)) options.unsettled(path);
    if (!isVisible(name)) return;
    const child = join(path, name);
    const seen = look(child).kind;
    if (what === 'entries' && seen === 'directory') {
      // Where a file of that name was, a directory is.
      if (directories.get(path)?.files.delete(child)) options.touched(child, false);
      open(child, { again: true });
      return;
    }
    if (seen !== 'directory' && directories.has(child)) forget(child);
    if (!isManifestName(name)) return;
    if (seen === 'missing') directories.get(path)?.files.delete(child);
    else directories.get(path)?.files.add(child);
    options.touched(child, true);
  }

  function forget(path: string): void {
    const below = `${path}${sep}`;
    for (const [known, directory] of [...directories])
      if (known === path || known.startsWith(below)) drop(known, directory);
  }

  function drop(path: string, directory: Directory): void {
    directory.stop();
    directories.delete(path);
    if (claimed.get(directory.identity) === path) claimed.delete(directory.identity);
    for (const file of directory.files) options.touched(file, false);
    for (const [twin, identity] of [...twins]) {
      if (identity !== directory.identity) continue;
      twins.delete(twin);
      open(twin);
    }
  }

  function isTwin(path: string, identity: string): boolean {
    const other = claimed.get(identity);
    if (other === undefined || other === path) return false;
    const now = look(other);
    if (now.kind === 'directory' && now.identity === identity) {
      twins.set(path, identity);
      return true;
    }
    forget(other);
    return false;
  }

  function start(path: string, identity: string): boolean {
    const known = directories.get(path);
    known?.stop();
    try {
      const stop = watchDirectory(path, {
        changed: (what, name) => changed(path, what, name),
        failed: (reason) => options.failed(path, reason),
      });
      if (known !== undefined) claimed.delete(known.identity);
      claimed.set(identity, path);
      directories.set(path, { identity, stop, files: known?.files ?? new Set(), children: new Set() });
      return true;
    } catch (error) {
      directories.delete(path);
      options.failed(path, messageOf(error));
      return false;
    }
  }

  function open(path: string, how = { again: false }): void {
    const pending = [{ path, again: how.again }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const seen = look(next.path);
      if (seen.kind !== 'directory') continue;
      const known = directories.get(next.path);
      if (known !== undefined && known.identity === seen.identity && !next.again) continue;
      if (isTwin(next.path, seen.identity) || !start(next.path, seen.identity)) continue;
      for (const child of scan(next.path)) pending.push({ path: child, again: next.again });
    }
  }

  /** Touches the files of a directory; returns the directories in it. */
  function scan(path: string): ReadonlySet<string> {
    const directory = directories.get(path);
    if (directory === undefined) return new Set();
    const files = new Set<string>();
    const children = new Set<string>();
    for (const entry of entriesOf(path)) {
      if (look(entry.path).kind === 'directory') children.add(entry.path);
      else if (isManifestName(entry.name)) files.add(entry.path);
    }
    const goneFiles = [...directory.files].filter((file) => !files.has(file));
    const goneChildren = [...directory.children].filter((child) => !children.has(child));
    directory.files = files;
    directory.children = children;
    for (const file of [...files, ...goneFiles]) options.touched(file, false);
    for (const child of goneChildren) forget(child);
    return children;
  }

  function rescan(path: string): void {
    for (const child of scan(path)) open(child);
  }

  return {
    open,
    rescan,
    has: (path) => directories.has(path),
    rescanAll() {
      for (const path of [...directories.keys()]) rescan(path);
    },
    suspend(path) {
      const below = `${path}${sep}`;
      for (const [known, directory] of directories)
        if (known === path || known.startsWith(below)) directory.stop();
    },
    close() {
      for (const directory of directories.values()) directory.stop();
      directories.clear();
    },
  };
}
