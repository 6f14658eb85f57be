// The resources that should be served, and what clients said about them: one cache for all streams.
import type { Changes, Resource } from './resource.ts';

/** The resources of all types that should be served, and what clients said about them. */
export interface Cache {
  /** Replaces and removes; equal versions are no change. Opens the cache at the first call. Tells all listeners. */
  apply(changes: Changes): void;
  /** Until the first `apply` nothing is answered: a client must not see a half-built state. */
  readonly open: boolean;
  /** What to send: the newest version, or the last accepted one while the newest is refused. */
  get(type: string, name: string): Resource | undefined;
  /** All that exist, also those that `get` doesn't answer because they are refused and none was ever accepted. */
  names(type: string): Iterable<string>;
  /**
   * Any client accepted this version: it becomes the one to fall back to, unless a later one already is. What was
   * never applied, a stand-in, does not.
   */
  accepted(resource: Resource): void;
  /** A client refused this version, alone: nobody is sent it again unless a client accepted it. */
  rejected(resource: Resource, reason: string): void;
  /** What stands against the newest version of a resource; undefined: nothing, or it doesn't exist. */
  rejection(type: string, name: string): Rejection | undefined;
  /** All of them. The keys are unique over types and mean nothing else. */
  readonly rejections: ReadonlyMap<string, Rejection>;
  subscribe(listener: CacheListener): () => void;
}

export interface Rejection {
  /** The refused version; it is the newest. */
  readonly resource: Resource;
  /** The client's words. */
  readonly reason: string;
  /** What is served in its place. */
  readonly lastGood: Resource | undefined;
}

export interface CacheListener {
  /** Names, by type, whose `get` may answer differently now. Called within the call that made the difference. */
  changed(touched: ReadonlyMap<string, ReadonlySet<string>>): void;
  /** First acceptance of this content by any client. `previous` is what it replaces as the last good. */
  accepted?(resource: Resource, previous: Resource | undefined): void;
  /** A refusal came (reason) or was lifted (undefined) for the resource's name. */
  rejected?(resource: Resource, reason: string | undefined): void;
}

interface Entry {
  readonly newest: Resource;
  readonly order: number;
  /** Mostly the same object as `newest`. */
  readonly good: Resource | undefined;
  readonly goodOrder: number;
}

/** An empty, closed cache. */
export function createCache(): Cache {
  const types = new Map<string, Map<string, Entry>>();
  const rejections = new Map<string, Rejection>();
  const listeners = new Set<CacheListener>();
  const orders = new WeakMap<Resource, number>();
  let order = 0;
  let open = false;

  const keyOf = (of: { readonly type: string; readonly name: string }) => `${of.type}\n${of.name}`;
  const entryOf = (type: string, name: string) => types.get(type)?.get(name);

  function tell(touched: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const listener of listeners) listener.changed(touched);
  }

  /** Answers whether anything changed. */
  function set(resource: Resource): boolean {
    const entries = types.get(resource.type) ?? new Map<string, Entry>();
    types.set(resource.type, entries);
    const entry = entries.get(resource.name);
    if (entry?.newest.version === resource.version) return false;
    order += 1;
    orders.set(resource, order);
    const regained = entry?.good?.version === resource.version;
    const good = regained ? resource : entry?.good;
    const goodOrder = regained ? order : (entry?.goodOrder ?? 0);
    entries.set(resource.name, { newest: resource, order, good, goodOrder });
    lift(resource);
    return true;
  }

  function lift(resource: Resource): void {
    if (!rejections.delete(keyOf(resource))) return;
    for (const listener of listeners) listener.rejected?.(resource, undefined);
  }

  function remove(type: string, name: string): boolean {
    const entry = entryOf(type, name);
    if (entry === undefined) return false;
    types.get(type)?.delete(name);
    lift(entry.newest);
    return true;
  }

  function accepted(resource: Resource): void {
    const entry = entryOf(resource.type, resource.name);
    if (entry === undefined || entry.good === resource) return;
    if (resource.version !== entry.newest.version && !orders.has(resource)) return; // A stand-in.
    const acceptedOrder =
      resource.version === entry.newest.version ? entry.order : (orders.get(resource) ?? 0);
    if (acceptedOrder < entry.goodOrder) return;
    const good = acceptedOrder === entry.order ? entry.newest : resource;
    types.get(resource.type)?.set(resource.name, { ...entry, good, goodOrder: acceptedOrder });
    if (entry.good?.version === good.version) return;
    const rejection = rejections.get(keyOf(resource));
    if (rejection !== undefined) rejections.set(keyOf(resource), { ...rejection, lastGood: good });
    for (const listener of listeners) listener.accepted?.(good, entry.good);
    if (rejection !== undefined) tell(new Map([[resource.type, new Set([resource.name])]]));
  }

  return {
    apply(changes) {
      const touched = new Map<string, Set<string>>();
      const touch = (of: { readonly type: string; readonly name: string }) => {
        const names = touched.get(of.type) ?? new Set();
        touched.set(of.type, names.add(of.name));
      };
      for (const removal of changes.remove) if (remove(removal.type, removal.name)) touch(removal);
      for (const resource of changes.set) if (set(resource)) touch(resource);
      const opened = !open;
      open = true;
      if (opened || touched.size > 0) tell(touched);
    },
    get open() {
      return open;
    },
    get(type, name) {
      const entry = entryOf(type, name);
      if (entry === undefined || rejections.size === 0) return entry?.newest;
      return rejections.has(keyOf(entry.newest)) ? entry.good : entry.newest;
    },
    names: (type) => types.get(type)?.keys() ?? [],
    accepted,
    rejected(resource, reason) {
      const entry = entryOf(resource.type, resource.name);
      if (entry?.newest.version !== resource.version || rejections.has(keyOf(resource))) return;
      rejections.set(keyOf(resource), { resource: entry.newest, reason, lastGood: entry.good });
      for (const listener of listeners) listener.rejected?.(entry.newest, reason);
      tell(new Map([[resource.type, new Set([resource.name])]]));
    },
    rejection: (type, name) => rejections.get(keyOf({ type, name })),
    rejections,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
