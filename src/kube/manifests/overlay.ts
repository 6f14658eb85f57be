// The objects of all files laid over each other: what is in force, and what a new content of one file changes.
import { isDeepStrictEqual } from 'node:util';
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import type { ManifestObject } from './objects.ts';

/** The same object in two files: `used` is the first by path. */
export interface Conflict {
  readonly title: string;
  readonly used: string;
  readonly unused: string;
}

export interface Overlay {
  /** Replaces what `file` holds, in time linear in that file. Objects that stay equal yield no event. */
  set(file: string, objects: readonly ManifestObject[]): ObjectEvent[];
  /** How many objects `file` holds. */
  count(file: string): number;
  /** Objects of `file` that another file has too, whichever of the two is used. */
  conflicts(file: string): Conflict[];
}

export function createOverlay(): Overlay {
  const files = new Map<string, ReadonlyMap<string, ManifestObject>>();
  /** For every object the files that hold it, sorted by path. */
  const holders = new Map<string, string[]>();

  const inForce = (id: string): RawObject | undefined => {
    const file = holders.get(id)?.[0];
    return file === undefined ? undefined : files.get(file)?.get(id)?.object;
  };

  function hold(id: string, file: string): void {
    const list = holders.get(id);
    if (list === undefined) holders.set(id, [file]);
    else if (!list.includes(file)) holders.set(id, [...list, file].sort());
  }

  function release(id: string, file: string): void {
    const rest = holders.get(id)?.filter((holder) => holder !== file) ?? [];
    if (rest.length === 0) holders.delete(id);
    else holders.set(id, rest);
  }

  return {
    set(file, objects) {
      const before = files.get(file) ?? new Map<string, ManifestObject>();
      const after = new Map(objects.map((object) => [object.id, object]));
      const ids = [...new Set([...after.keys(), ...before.keys()])];
      const old = new Map(ids.map((id) => [id, inForce(id)]));
      if (after.size === 0) files.delete(file);
      else files.set(file, after);
      for (const id of after.keys()) hold(id, file);
      for (const id of before.keys()) if (!after.has(id)) release(id, file);
      return ids.flatMap((id) => eventOf(old.get(id), inForce(id)));
    },
    count: (file) => files.get(file)?.size ?? 0,
    conflicts(file) {
      const found: Conflict[] = [];
      for (const [id, { title }] of files.get(file) ?? []) {
        const [used, ...others] = holders.get(id) ?? [];
        if (used === undefined) continue;
        for (const unused of used === file ? others : [file]) found.push({ title, used, unused });
      }
      return found;
    },
  };
}

function eventOf(before: RawObject | undefined, after: RawObject | undefined): ObjectEvent[] {
  if (after === undefined) return before === undefined ? [] : [{ type: 'deleted', object: before }];
  if (isDeepStrictEqual(before, after)) return [];
  const applied: ObjectEvent = { type: 'applied', object: after };
  // Of another version it may be one that nobody reads: the former one would stay.
  const replaces = before !== undefined && before.apiVersion !== after.apiVersion;
  return replaces ? [{ type: 'deleted', object: before }, applied] : [applied];
}
