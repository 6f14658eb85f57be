// The entries of one object that no delegation has led to yet.
import type { Entry, Range } from './inspect.ts';

/** Hands out each entry once. Ranges may overlap in any way: entries that are gone are jumped over, not walked past. */
export class Unexamined {
  readonly #entries: readonly Entry[];
  /** For each index the next one that may be left; a chain of them is shortened when it is followed. */
  readonly #next: Uint32Array;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#next = Uint32Array.from({ length: entries.length + 1 }, (_, index) => index);
  }

  take({ start, end }: Range): readonly Entry[] {
    const taken: Entry[] = [];
    for (let at = this.#from(start); at < end; at = this.#from(at)) {
      const entry = this.#entries[at];
      if (entry !== undefined) taken.push(entry);
      this.#next[at] = at + 1;
    }
    return taken;
  }

  /** Those that were never taken. */
  rest(): readonly Entry[] {
    return this.#entries.filter((_, index) => this.#next[index] === index);
  }

  #from(start: number): number {
    let at = start;
    for (let next = this.#next[at] ?? at; next !== at; next = this.#next[at] ?? at) {
      this.#next[at] = this.#next[next] ?? next;
      at = next;
    }
    return at;
  }
}
