// What has not been told yet, by object: bounded, and no namespace can push out the news of others.
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy } from '../dag/problems.ts';

export class WaitingNews<T> {
  readonly #most: number;
  /** By namespace; both levels are in the order in which news came. */
  readonly #namespaces = new Map<string, Map<ObjectKey, T>>();
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(object: ObjectKey): T | undefined {
    return this.#namespaces.get(namedBy(object).namespace)?.get(object);
  }

  /** The object whose news were dropped for it: the oldest of the namespace that has most. */
  put(object: ObjectKey, news: T): ObjectKey | undefined {
    this.delete(object);
    const { namespace } = namedBy(object);
    const waiting = this.#namespaces.get(namespace) ?? new Map<ObjectKey, T>();
    this.#namespaces.set(namespace, waiting.set(object, news));
    this.#size++;
    return this.#size > this.#most ? this.#drop() : undefined;
  }

  delete(object: ObjectKey): void {
    const { namespace } = namedBy(object);
    const waiting = this.#namespaces.get(namespace);
    if (!waiting?.delete(object)) return;
    this.#size--;
    if (waiting.size === 0) this.#namespaces.delete(namespace);
  }

  #drop(): ObjectKey | undefined {
    let largest: ReadonlyMap<ObjectKey, T> = new Map();
    for (const waiting of this.#namespaces.values()) if (waiting.size > largest.size) largest = waiting;
    for (const oldest of largest.keys()) {
      this.delete(oldest);
      return oldest;
    }
    return undefined;
  }
}
