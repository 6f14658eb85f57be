// A key with a set of values. A key without values doesn't exist, so an index of nothing is empty.

export class MultiMap<K, V> {
  readonly #sets = new Map<K, Set<V>>();

  /** How many keys have a value. */
  get size(): number {
    return this.#sets.size;
  }

  get(key: K): ReadonlySet<V> {
    return this.#sets.get(key) ?? new Set();
  }

  add(key: K, value: V): void {
    const set = this.#sets.get(key);
    if (set) set.add(value);
    else this.#sets.set(key, new Set([value]));
  }

  delete(key: K, value: V): void {
    const set = this.#sets.get(key);
    if (set?.delete(value) && set.size === 0) this.#sets.delete(key);
  }
}
