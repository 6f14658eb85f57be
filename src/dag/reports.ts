// What the hosts' builds found out, by object.
import { equal } from './equal.ts';
import type { Report } from './host-build.ts';
import type { ObjectKey } from './objects.ts';

export type Reports = ReadonlyMap<ObjectKey, Report>;

export class ReportIndex {
  readonly #byHost = new Map<string, Reports>();
  readonly #byObject = new Map<ObjectKey, Map<string, Report>>();

  get size(): number {
    return this.#byHost.size + this.#byObject.size;
  }

  /** Hosts that report on the object. */
  hostsOf(object: ObjectKey): Iterable<string> {
    return this.#byObject.get(object)?.keys() ?? [];
  }

  /** Sorted by host. */
  of(object: ObjectKey): readonly Report[] {
    const reports = this.#byObject.get(object) ?? new Map<string, Report>();
    return [...reports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, report]) => report);
  }

  /** Objects of which the host says something else than before. */
  replace(host: string, next: Reports): readonly ObjectKey[] {
    const before = this.#byHost.get(host) ?? new Map<ObjectKey, Report>();
    const changed: ObjectKey[] = [];
    for (const object of before.keys()) {
      if (next.has(object)) continue;
      this.#remove(host, object);
      changed.push(object);
    }
    for (const [object, report] of next) {
      if (equal(before.get(object), report)) continue;
      this.#set(host, object, report);
      changed.push(object);
    }
    if (next.size > 0) this.#byHost.set(host, next);
    else this.#byHost.delete(host);
    return changed;
  }

  #set(host: string, object: ObjectKey, report: Report): void {
    const reports = this.#byObject.get(object) ?? new Map<string, Report>();
    this.#byObject.set(object, reports.set(host, report));
  }

  #remove(host: string, object: ObjectKey): void {
    const reports = this.#byObject.get(object);
    if (reports?.delete(host) && reports.size === 0) this.#byObject.delete(object);
  }
}
