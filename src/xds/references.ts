// Counts which names the client depends on: make-before-break keeps a name while anything there may use it.
import type { Resource } from './resource.ts';

/** What the client has or is being sent. undefined: it has something of unknown content, which may name anything. */
export type Referrer = Resource | undefined;

export interface References {
  add(referrer: Referrer): void;
  drop(referrer: Referrer): void;
  /** Something the client has or is being sent names this, or may. */
  has(name: string): boolean;
}

/** `freed` is called with names that nothing refers to any more; undefined: any name may be free now. */
export function createReferences(freed: (name: string | undefined) => void): References {
  const counts = new Map<string, number>();
  let unknown = 0;
  return {
    add(referrer) {
      if (referrer === undefined) unknown += 1;
      for (const name of referrer?.requires ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    drop(referrer) {
      if (referrer === undefined) {
        unknown -= 1;
        if (unknown === 0) freed(undefined);
        return;
      }
      for (const name of referrer.requires) {
        const count = (counts.get(name) ?? 1) - 1;
        if (count > 0) counts.set(name, count);
        else if (counts.delete(name)) freed(name);
      }
    },
    has: (name) => unknown > 0 || counts.has(name),
  };
}
