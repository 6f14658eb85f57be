// Which objects name which hosts.
import { claimedHosts } from '../dag/host-name.ts';
import { MultiMap } from '../dag/multimap.ts';
import { keyOf, type ObjectKey } from '../dag/objects.ts';
import { type Claimant, claimKey, type DependencyKey } from '../dag/view.ts';

export class ClaimIndex {
  readonly #byHost = new MultiMap<string, ObjectKey>();

  get size(): number {
    return this.#byHost.size;
  }

  of(host: string): ReadonlySet<ObjectKey> {
    return this.#byHost.get(host);
  }

  /** The claims of all old and new hosts: who builds one of them reads the object itself. */
  replace(before: Claimant | undefined, next: Claimant | undefined): readonly DependencyKey[] {
    const old = before ? claimedHosts(before) : new Set<string>();
    const now = next ? claimedHosts(next) : new Set<string>();
    if (before) for (const host of old) this.#byHost.delete(host, keyOf(before));
    if (next) for (const host of now) this.#byHost.add(host, keyOf(next));
    return [...new Set([...old, ...now])].map(claimKey);
  }
}
