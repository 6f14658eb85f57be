// Which objects a reflector has delivered, by name, and at which version: all that it needs to find what was deleted
// while it could not watch.
import { isJsonObject, own } from '../../dag/decode/fields.ts';
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import type { ObjectName, WatchEvent } from '../api.ts';
import { apiVersionOf, type Resource } from '../resources.ts';

/** Longest name that Kubernetes allows. */
const longestName = 253;

export interface Identity extends ObjectName {
  /** Opaque; empty if the object has none. */
  readonly resourceVersion: string;
}

/** Undefined if the object is of another kind or has no usable name. */
export function identityOf(resource: Resource, object: unknown): Identity | undefined {
  if (!isJsonObject(object)) return undefined;
  if (own(object, 'kind') !== resource.kind || own(object, 'apiVersion') !== apiVersionOf(resource))
    return undefined;
  const metadata = own(object, 'metadata');
  if (!isJsonObject(metadata)) return undefined;
  const name = own(metadata, 'name');
  const namespace = resource.scope === 'cluster' ? '' : own(metadata, 'namespace');
  const version = own(metadata, 'resourceVersion');
  if (!isName(name) || (namespace !== '' && !isName(namespace))) return undefined;
  if (resource.scope === 'namespaced' && namespace === '') return undefined;
  return { namespace, name, resourceVersion: typeof version === 'string' ? version : '' };
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= longestName && !value.includes('/');

/** Names hold no `/`, so that this is one to one. */
export const nameKey = ({ namespace, name }: ObjectName): string => `${namespace}/${name}`;

/** An object that is gone: who reads of its end needs its identity alone. */
export function deletedEvent(resource: Resource, { namespace, name }: ObjectName): ObjectEvent {
  const metadata = namespace === '' ? { name } : { namespace, name };
  return {
    type: 'deleted',
    object: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata },
  };
}

export class KnownObjects {
  readonly #resource: Resource;
  readonly #malformed: () => void;
  readonly #versions = new Map<string, string>();

  /** `malformed` is called for each object that has no usable name or another kind; such are skipped. */
  constructor(resource: Resource, malformed: () => void) {
    this.#resource = resource;
    this.#malformed = malformed;
  }

  get size(): number {
    return this.#versions.size;
  }

  has(name: ObjectName): boolean {
    return this.#versions.has(nameKey(name));
  }

  /** What a page of a list has that was not delivered yet; adds its names to `seen`. */
  listed(items: readonly RawObject[], seen: Set<string>): readonly ObjectEvent[] {
    return items.flatMap((object) => {
      const identity = this.#identify(object);
      if (identity === undefined) return [];
      seen.add(nameKey(identity));
      return this.#apply(identity, object);
    });
  }

  /** The deletions of what a complete list does not have. */
  missing(seen: ReadonlySet<string>): readonly ObjectEvent[] {
    const gone = [...this.#versions.keys()].filter((key) => !seen.has(key));
    return gone.map((key) => {
      this.#versions.delete(key);
      const slash = key.indexOf('/');
      const name = { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
      return deletedEvent(this.#resource, name);
    });
  }

  /** What an event of a watch means; nothing for a bookmark and for what is known already. */
  happened(event: WatchEvent): readonly ObjectEvent[] {
    if (event.type === 'BOOKMARK') return [];
    const identity = this.#identify(event.object);
    if (identity === undefined) return [];
    if (event.type !== 'DELETED') return this.#apply(identity, event.object);
    this.#versions.delete(nameKey(identity));
    return [deletedEvent(this.#resource, identity)];
  }

  #identify(object: RawObject): Identity | undefined {
    const identity = identityOf(this.#resource, object);
    if (identity === undefined) this.#malformed();
    return identity;
  }

  #apply(identity: Identity, object: RawObject): readonly ObjectEvent[] {
    const key = nameKey(identity);
    const { resourceVersion } = identity;
    if (resourceVersion !== '' && this.#versions.get(key) === resourceVersion) return [];
    this.#versions.set(key, resourceVersion);
    return [{ type: 'applied', object }];
  }
}
