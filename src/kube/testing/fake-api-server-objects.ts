// What the fake API server holds: objects by collection, one resourceVersion for all, and the history that watches read.
import type { RawObject } from '../../store/events.ts';
import { isRawObject } from '../client/json.ts';

export interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly namespace: string;
  readonly version: number;
  readonly object: RawObject;
}

export interface StoredPage {
  readonly items: readonly RawObject[];
  readonly version: number;
  /** Undefined: the last page. */
  readonly next: string | undefined;
}

export type FakeObjects = ReturnType<typeof createFakeObjects>;

/** `collection` is a path without its namespace, such as `/api/v1/services`. */
export function createFakeObjects() {
  const collections = new Map<string, Map<string, RawObject>>();
  const listeners = new Set<(event: StoredEvent) => void>();
  const history: StoredEvent[] = [];
  let version = 1;
  let oldest = 0;

  const of = (collection: string): Map<string, RawObject> => {
    const known = collections.get(collection) ?? new Map<string, RawObject>();
    collections.set(collection, known);
    return known;
  };

  function record(type: StoredEvent['type'], collection: string, object: RawObject): RawObject {
    version += 1;
    const metadata: RawObject = { ...metadataOf(object), resourceVersion: String(version) };
    const stored = { ...object, metadata };
    const namespace = String(metadata.namespace ?? '');
    const event = { type, collection, namespace, version, object: stored };
    history.push(event);
    const key = keyOf(namespace, String(metadata.name));
    if (type === 'DELETED') of(collection).delete(key);
    else of(collection).set(key, stored);
    for (const listener of listeners) listener(event);
    return stored;
  }

  return {
    version: () => version,
    /** Watches and continue tokens of before cannot go on. */
    compact() {
      version += 1;
      oldest = version;
    },
    isTooOld: (from: number) => from < oldest,
    get: (collection: string, namespace: string, name: string) => of(collection).get(keyOf(namespace, name)),
    put(collection: string, object: RawObject): RawObject {
      const { namespace = '', name } = metadataOf(object);
      const known = of(collection).has(keyOf(String(namespace), String(name)));
      return record(known ? 'MODIFIED' : 'ADDED', collection, object);
    },
    remove(collection: string, namespace: string, name: string) {
      const object = of(collection).get(keyOf(namespace, name));
      if (object !== undefined) record('DELETED', collection, object);
    },
    page(collection: string, namespace: string, limit: number, token: string | undefined): StoredPage {
      const [at, start] = token === undefined ? [version, 0] : token.split(':').map(Number);
      const all = [...of(collection).values()].filter(
        (object) => namespace === '' || metadataOf(object).namespace === namespace,
      );
      const end = limit === 0 ? all.length : (start ?? 0) + limit;
      return {
        items: all.slice(start, end),
        version: at ?? version,
        next: end < all.length ? `${at}:${end}` : undefined,
      };
    },
    since: (from: number) => history.filter((event) => event.version > from),
    /** Returns what stops it. */
    subscribe(listener: (event: StoredEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

export const metadataOf = ({ metadata }: RawObject): RawObject => (isRawObject(metadata) ? metadata : {});

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRawObject(patch)) return patch;
  const merged: Record<string, unknown> = isRawObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}
