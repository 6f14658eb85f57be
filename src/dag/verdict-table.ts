// The verdicts and when to compute them again: not while a host waits that may have a say, so that an object
// doesn't pass through states that nobody meant.
import { equal } from './equal.ts';
import type { Verdict } from './model.ts';
import { MultiMap } from './multimap.ts';
import type { ObjectKey } from './objects.ts';

export interface VerdictSource {
  /** Undefined: the object is gone or not ours. */
  verdict(object: ObjectKey): Verdict | undefined;
  /** Whether a host waits to be built that may report on the object. */
  unsettled(object: ObjectKey): boolean;
}

export class VerdictTable {
  readonly verdicts = new Map<ObjectKey, Verdict>();
  readonly #source: VerdictSource;
  /** To compute next, and those that wait for a host. */
  readonly #fresh = new Set<ObjectKey>();
  readonly #waiting = new Set<ObjectKey>();
  /** Objects reached by builds that are incomplete, with their hosts: the last verdict stands. */
  readonly #held = new MultiMap<ObjectKey, string>();
  readonly #heldBy = new Map<string, readonly ObjectKey[]>();

  constructor(source: VerdictSource) {
    this.#source = source;
  }

  /** How many verdicts are to be computed. */
  get pending(): number {
    return this.#fresh.size + this.#waiting.size;
  }

  /** Entries, verdicts included. */
  get size(): number {
    return this.verdicts.size + this.pending + this.#held.size + this.#heldBy.size;
  }

  touch(object: ObjectKey): void {
    this.#waiting.delete(object);
    this.#fresh.add(object);
  }

  /** A host that may have been waited for is built. */
  retry(objects: Iterable<ObjectKey>): void {
    for (const object of objects) if (this.#waiting.has(object)) this.touch(object);
  }

  /** Nothing is waited for any more. */
  release(): void {
    for (const object of this.#waiting) this.#fresh.add(object);
    this.#waiting.clear();
  }

  /** Replaces what `host` holds; who isn't held any more is computed again. */
  hold(host: string, objects: readonly ObjectKey[]): void {
    const before = this.#heldBy.get(host) ?? [];
    if (before.length === 0 && objects.length === 0) return;
    for (const object of before) this.#held.delete(object, host);
    for (const object of objects) this.#held.add(object, host);
    for (const object of before) if (this.#held.get(object).size === 0) this.touch(object);
    if (objects.length > 0) this.#heldBy.set(host, objects);
    else this.#heldBy.delete(host);
  }

  /** Computes at least one, then as many as the time allows. */
  compute(outOfTime: () => boolean, changed: Map<ObjectKey, Verdict | undefined>): void {
    for (const object of this.#fresh) {
      this.#fresh.delete(object);
      this.#computeOne(object, changed);
      if (outOfTime()) return;
    }
  }

  #computeOne(object: ObjectKey, changed: Map<ObjectKey, Verdict | undefined>): void {
    if (this.#source.unsettled(object)) {
      this.#waiting.add(object);
      return;
    }
    const verdict = this.#source.verdict(object);
    if (verdict !== undefined && this.#held.get(object).size > 0) return;
    if (equal(this.verdicts.get(object), verdict)) return;
    if (verdict) this.verdicts.set(object, verdict);
    else this.verdicts.delete(object);
    changed.set(object, verdict);
  }
}
