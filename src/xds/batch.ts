// Collects the changes of one turn, so that clients see them together.
import type { Changes, Resource } from './resource.ts';

export interface Batch {
  /** Later changes of a name replace earlier ones. */
  add(changes: Changes): void;
  /** Everything added since the last call. */
  take(): Changes;
}

export function createBatch(): Batch {
  let set = new Map<string, Resource>();
  let remove = new Map<string, { readonly type: string; readonly name: string }>();
  const keyOf = (of: { readonly type: string; readonly name: string }) => `${of.type}\n${of.name}`;
  return {
    add(changes) {
      for (const removal of changes.remove) {
        set.delete(keyOf(removal));
        remove.set(keyOf(removal), removal);
      }
      for (const resource of changes.set) {
        remove.delete(keyOf(resource));
        set.set(keyOf(resource), resource);
      }
    },
    take() {
      const changes = { set: [...set.values()], remove: [...remove.values()] };
      set = new Map();
      remove = new Map();
      return changes;
    },
  };
}
