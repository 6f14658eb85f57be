// Who read what: found out by wrapping the view that a build reads, kept for the changes to come.
import { MultiMap } from './multimap.ts';
import { objectKey } from './objects.ts';
import { claimKey, type DependencyKey, grantKey, type ObjectView } from './view.ts';

/** The same view; every question that is asked goes into `reads`, whatever the answer. */
export function recordReads(view: ObjectView): {
  readonly view: ObjectView;
  readonly reads: Set<DependencyKey>;
} {
  const reads = new Set<DependencyKey>();
  const recording: ObjectView = {
    ingressRoute(namespace, name) {
      reads.add(objectKey('IngressRoute', namespace, name));
      return view.ingressRoute(namespace, name);
    },
    service(namespace, name) {
      reads.add(objectKey('Service', namespace, name));
      return view.service(namespace, name);
    },
    secret(namespace, name) {
      reads.add(objectKey('Secret', namespace, name));
      return view.secret(namespace, name);
    },
    claimants(host) {
      reads.add(claimKey(host));
      return view.claimants(host);
    },
    granted(owner, secret, target) {
      reads.add(grantKey(owner, secret, target));
      reads.add(grantKey(owner, secret, '*'));
      return view.granted(owner, secret, target);
    },
  };
  return { view: recording, reads };
}

/** Hosts by what their last build read. */
export class DependencyIndex {
  readonly #readers = new MultiMap<DependencyKey, string>();
  readonly #reads = new Map<string, ReadonlySet<DependencyKey>>();

  get size(): number {
    return this.#readers.size + this.#reads.size;
  }

  readers(key: DependencyKey): ReadonlySet<string> {
    return this.#readers.get(key);
  }

  replace(host: string, reads: ReadonlySet<DependencyKey>): void {
    const before = this.#reads.get(host) ?? new Set<DependencyKey>();
    for (const key of before) if (!reads.has(key)) this.#readers.delete(key, host);
    for (const key of reads) if (!before.has(key)) this.#readers.add(key, host);
    if (reads.size > 0) this.#reads.set(host, reads);
    else this.#reads.delete(host);
  }
}
