// What the store has seen: objects by kind, and events that meant nothing to it.
import type { Kind } from '../dag/objects.ts';

/** Distinct types are the user's to make up. */
const mostIgnoredTypes = 100;
const longestType = 200;

export interface StoreCounts {
  readonly objects: ReadonlyMap<Kind, number>;
  /** Events by `apiVersion/kind` that isn't read, or by that and what the object lacks. */
  readonly ignored: ReadonlyMap<string, number>;
  /** Events after which everything reads as before. */
  readonly unchanged: number;
}

export class Tally implements StoreCounts {
  readonly objects = new Map<Kind, number>();
  readonly ignored = new Map<string, number>();
  unchanged = 0;

  count(kind: Kind, by: number): void {
    const count = (this.objects.get(kind) ?? 0) + by;
    if (count > 0) this.objects.set(kind, count);
    else this.objects.delete(kind);
  }

  ignore(type: string): void {
    const short = type.slice(0, longestType);
    const known = this.ignored.has(short) || this.ignored.size < mostIgnoredTypes;
    const name = known ? short : 'others';
    this.ignored.set(name, (this.ignored.get(name) ?? 0) + 1);
  }
}
