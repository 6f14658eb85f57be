// One watched directory: the kernel's events (inotify), never a poll.
import { watch } from 'node:fs';
import { codeOf, reasonOf } from './system-error.ts';

export interface DirectoryEvents {
  /** `entries`: something was added, removed or renamed; `content`: an entry was written to. No name: unknown which. */
  changed(what: 'entries' | 'content', name: string | undefined): void;
  failed(reason: string): void;
}

/** Watches the entries of a directory, not those below. Returns how to stop. Throws an Error with a remedy. */
export function watchDirectory(path: string, events: DirectoryEvents): () => void {
  try {
    const watcher = watch(path, (type, name) =>
      events.changed(type === 'rename' ? 'entries' : 'content', name ?? undefined),
    );
    watcher.on('error', (error) => {
      watcher.close();
      events.failed(watchReason(error));
    });
    return () => watcher.close();
  } catch (error) {
    throw new Error(`cannot be watched: ${watchReason(error)}`, { cause: error });
  }
}

const limits: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'all inotify watches are in use; raise the limit: sysctl fs.inotify.max_user_watches=524288'],
  ['EMFILE', 'all inotify instances are in use; raise the limit: sysctl fs.inotify.max_user_instances=1024'],
]);

const watchReason = (error: unknown): string => limits.get(codeOf(error) ?? '') ?? reasonOf(error);
