// What the build of one host finds out about objects on its way.

import { compareText } from './compare.ts';
import type { Report } from './host-build.ts';
import { mostReached, type Reached } from './model.ts';
import { type KubernetesObject, keyOf, type ObjectKey } from './objects.ts';
import { namedBy, type Problem, worst } from './problems.ts';

interface Entry {
  readonly root: ObjectKey;
  readonly own: Problem[];
  readonly chain: Problem[];
  /** Prefixes that lead to it. */
  readonly prefixes: Set<string>;
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
    if (!this.#entries.has(key))
      this.#entries.set(key, { root: keyOf(root), own: [], chain: [], prefixes: new Set() });
  }

  /** Lists are given as they are: one object can have more problems than a call can have arguments. */
  own(key: ObjectKey, ...found: readonly (Problem | readonly Problem[])[]): void {
    const own = this.#entries.get(key)?.own;
    for (const problem of found.flat()) own?.push(problem);
  }

  chain(key: ObjectKey, ...found: readonly Problem[]): void {
    for (const problem of found) this.#entries.get(key)?.chain.push(problem);
  }

  /** A delegation at `prefix` leads to the object; empty: that of a tcpproxy. */
  led(key: ObjectKey, prefix: string): void {
    this.#entries.get(key)?.prefixes.add(prefix);
  }

  /** Notes it for every object that was reached from the root, but not for the root. */
  chainOfAll(root: ObjectKey, problem: Problem): void {
    for (const [key, entry] of this.#entries)
      if (entry.root === root && key !== root) entry.chain.push(problem);
  }

  /** `tls`: whether the host is served over TLS by its root. */
  reports({ tls }: { readonly tls: boolean }): ReadonlyMap<ObjectKey, Report> {
    const sorted = [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(sorted.map(([key, entry]) => [key, this.#report(entry, tls)]));
  }

  #report({ root, own, chain, prefixes }: Entry, tls: boolean): Report {
    const ofObject = worst(own);
    const ofChain = worst(chain);
    return {
      host: this.#host,
      root,
      own: ofObject.problems,
      chain: ofChain.problems,
      omitted: ofObject.omitted + ofChain.omitted,
      reachedFrom: this.#reachedFrom(root, prefixes, tls),
      reachedFromCount: prefixes.size,
    };
  }

  #reachedFrom(root: ObjectKey, prefixes: ReadonlySet<string>, tls: boolean): readonly Reached[] {
    const { namespace, name } = namedBy(root);
    const first = [...prefixes].sort(compareText).slice(0, mostReached);
    return first.map((prefix) => ({ fqdn: this.#host, prefix, root: `${namespace}/${name}`, tls }));
  }
}
