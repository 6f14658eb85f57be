// Which clusters exist: those that somebody holds. Holders are scopes, by what they name now and what their last
// accepted version names.
import type { Cluster } from '../dag/model.ts';
import { serviceKey } from './names.ts';

interface Entry {
  readonly cluster: Cluster;
  holders: number;
}

/** What `settle` found: clusters that came into use and went out of use since the last time. */
export interface ClusterChange {
  readonly added: readonly Cluster[];
  readonly removed: readonly Cluster[];
}

/** Clusters out of use that can still be named by a late acceptance. Enough for the versions in flight. */
const retiredLimit = 1000;

/** Counts holders. Changes show at the next `settle`, so a cluster that passes from one holder to another stays. */
export class ClusterTable {
  readonly #entries = new Map<string, Entry>();
  readonly #held = new Map<string, readonly string[]>();
  readonly #settled = new Map<string, Cluster>();
  readonly #touched = new Set<string>();
  readonly #retired = new Map<string, Cluster>();
  readonly #byService = new Map<string, Set<Cluster>>();

  /** From now on `holder` holds exactly these clusters, by name. */
  use(holder: string, clusters: ReadonlyMap<string, Cluster>): void {
    for (const [name, cluster] of clusters) this.#entry(name, cluster).holders += 1;
    this.#replace(holder, [...clusters.keys()]);
  }

  /** As `use`, for clusters that are or were in the table; names that it has forgotten are left out. */
  keep(holder: string, names: readonly string[]): void {
    const clusters = new Map<string, Cluster>();
    for (const name of names) {
      const cluster = this.#entries.get(name)?.cluster ?? this.#retired.get(name);
      if (cluster !== undefined) clusters.set(name, cluster);
    }
    this.use(holder, clusters);
  }

  settle(): ClusterChange {
    const added: Cluster[] = [];
    const removed: Cluster[] = [];
    for (const name of this.#touched) {
      const entry = this.#entries.get(name);
      const settled = this.#settled.get(name);
      if (entry !== undefined && settled === undefined) added.push(this.#add(name, entry.cluster));
      if (entry === undefined && settled !== undefined) removed.push(this.#remove(name, settled));
    }
    this.#touched.clear();
    return { added, removed };
  }

  /** Clusters in use of a Service (`namespace/name`). */
  ofService(key: string): Iterable<Cluster> {
    return this.#byService.get(key) ?? [];
  }

  #entry(name: string, cluster: Cluster): Entry {
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const entry = { cluster, holders: 0 };
    this.#entries.set(name, entry);
    this.#touched.add(name);
    return entry;
  }

  #replace(holder: string, names: readonly string[]): void {
    for (const name of this.#held.get(holder) ?? []) this.#release(name);
    if (names.length === 0) this.#held.delete(holder);
    else this.#held.set(holder, names);
  }

  #release(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    entry.holders -= 1;
    if (entry.holders > 0) return;
    this.#entries.delete(name);
    this.#touched.add(name);
    this.#retire(name, entry.cluster);
  }

  #retire(name: string, cluster: Cluster): void {
    this.#retired.delete(name);
    this.#retired.set(name, cluster);
    const [oldest] = this.#retired.keys();
    if (this.#retired.size > retiredLimit && oldest !== undefined) this.#retired.delete(oldest);
  }

  #add(name: string, cluster: Cluster): Cluster {
    this.#settled.set(name, cluster);
    this.#retired.delete(name);
    const key = serviceKey(cluster);
    const clusters = this.#byService.get(key) ?? new Set();
    this.#byService.set(key, clusters.add(cluster));
    return cluster;
  }

  #remove(name: string, cluster: Cluster): Cluster {
    this.#settled.delete(name);
    const key = serviceKey(cluster);
    const clusters = this.#byService.get(key);
    clusters?.delete(cluster);
    if (clusters?.size === 0) this.#byService.delete(key);
    return cluster;
  }
}
