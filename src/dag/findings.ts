// What the build of one host finds out about objects on its way.
import type { Report } from './host-build.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from './objects.ts';
import { type Problem, worst } from './problems.ts';

interface Entry {
  readonly root: ObjectKey;
  readonly own: Problem[];
  readonly chain: Problem[];
}

/** Bounded per object only in what it reports: a host reads an object once, and an object's size is bounded. */
export class Findings {
  readonly #host: string;
  readonly #entries = new Map<ObjectKey, Entry>();

  constructor(host: string) {
    this.#host = host;
  }

  /** The object claims the host or is reached from `root`; only then can problems be noted for it. */
  reached(object: KubernetesObject, root: KubernetesObject = object): void {
    const key = keyOf(object);
    if (!this.#entries.has(key)) this.#entries.set(key, { root: keyOf(root), own: [], chain: [] });
  }

  own(key: ObjectKey, ...found: readonly Problem[]): void {
    for (const problem of found) this.#entries.get(key)?.own.push(problem);
  }

  chain(key: ObjectKey, ...found: readonly Problem[]): void {
    for (const problem of found) this.#entries.get(key)?.chain.push(problem);
  }

  /** Notes it for every object that was reached from the root, but not for the root. */
  chainOfAll(root: ObjectKey, problem: Problem): void {
    for (const [key, entry] of this.#entries)
      if (entry.root === root && key !== root) entry.chain.push(problem);
  }

  reports(): ReadonlyMap<ObjectKey, Report> {
    const sorted = [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(
      sorted.map(([key, { root, own, chain }]) => [
        key,
        { host: this.#host, root, own: worst(own), chain: worst(chain) },
      ]),
    );
  }
}
