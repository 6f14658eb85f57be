// EndpointSlices by Service.
import type { EndpointSlice } from '../dag/objects.ts';

export class SliceIndex {
  readonly #byService = new Map<string, Map<string, EndpointSlice>>();

  get size(): number {
    return this.#byService.size;
  }

  /** The `namespace/service` whose endpoints differ now. */
  replace(before: EndpointSlice | undefined, next: EndpointSlice | undefined): readonly string[] {
    const touched = new Set<string>();
    if (before?.service) touched.add(this.#remove(before));
    if (next?.service) touched.add(this.#add(next));
    return [...touched];
  }

  /**
   * Sorted by name. Slices made of an Endpoints object count only where no real one exists: a dump of a cluster
   * holds both, with the same addresses.
   */
  of(namespace: string, service: string): readonly EndpointSlice[] {
    const slices = [...(this.#byService.get(`${namespace}/${service}`)?.values() ?? [])];
    const real = slices.filter((slice) => !slice.name.includes('/'));
    return (real.length > 0 ? real : slices).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #add(slice: EndpointSlice): string {
    const key = `${slice.namespace}/${slice.service}`;
    const slices = this.#byService.get(key) ?? new Map<string, EndpointSlice>();
    this.#byService.set(key, slices.set(slice.name, slice));
    return key;
  }

  #remove(slice: EndpointSlice): string {
    const key = `${slice.namespace}/${slice.service}`;
    const slices = this.#byService.get(key);
    if (slices?.delete(slice.name) && slices.size === 0) this.#byService.delete(key);
    return key;
  }
}
