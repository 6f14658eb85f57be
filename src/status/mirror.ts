// What the cluster has of every object that gets a status or an Event: as little as writing them needs.
import { isJsonObject, own } from '../dag/decode/fields.ts';
import { typeOf } from '../dag/decode/index.ts';
import { decodeMeta } from '../dag/decode/meta.ts';
import { type Kind, type ObjectKey, objectKey } from '../dag/objects.ts';
import { apiVersionOf, type Resource, resources } from '../kube/resources.ts';
import type { ObjectEvent, RawObject } from '../store/events.ts';
import { type WrittenAddresses, writtenAddresses } from './address-patch.ts';
import { type WrittenStatus, writtenStatus } from './written.ts';

export interface Mirrored {
  readonly uid: string;
  readonly resourceVersion: string | undefined;
  readonly generation: number | undefined;
  /** Undefined: it has none. Of an Ingress always so: its status is not about validity. */
  readonly status: WrittenStatus | undefined;
  /** Of an Ingress, if addresses are written at all. */
  readonly addresses: WrittenAddresses | undefined;
}

export interface MirrorChange {
  readonly key: ObjectKey;
  readonly before: Mirrored | undefined;
  readonly now: Mirrored | undefined;
}

const typeNameOf = (resource: Resource): string => `${apiVersionOf(resource)}/${resource.kind}`;

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [typeNameOf(resources.ingressRoutes), 'IngressRoute'],
  [typeNameOf(resources.ingresses), 'Ingress'],
]);

export class Mirror {
  readonly #objects = new Map<ObjectKey, Mirrored>();
  readonly #manager: string | undefined;

  /** `manager`: the name under which we write addresses; undefined: we don't. */
  constructor(manager: string | undefined) {
    this.#manager = manager;
  }

  get size(): number {
    return this.#objects.size;
  }

  keys(): IterableIterator<ObjectKey> {
    return this.#objects.keys();
  }

  get(key: ObjectKey): Mirrored | undefined {
    return this.#objects.get(key);
  }

  /** Undefined: an object of another kind, or without a usable name. */
  apply({ type, object }: ObjectEvent): MirrorChange | undefined {
    const kind = kinds.get(typeOf(object));
    const meta = kind && decodeMeta(object, 'namespaced');
    if (kind === undefined || meta === undefined) return undefined;
    const key = objectKey(kind, meta.namespace, meta.name);
    if (type === 'deleted') return { key, ...this.forget(key) };
    const now: Mirrored = {
      uid: uidOf(object),
      resourceVersion: meta.resourceVersion,
      generation: meta.generation,
      status: kind === 'IngressRoute' ? writtenStatus(own(object, 'status')) : undefined,
      addresses:
        kind === 'Ingress' && this.#manager !== undefined
          ? writtenAddresses(object, this.#manager)
          : undefined,
    };
    const before = this.#objects.get(key);
    this.#objects.set(key, now);
    return { key, before, now };
  }

  /**
   * Takes over what the server answered about an object of `uid`. False: the object has been deleted since then, or
   * the answer is about another one of the same name; events will tell.
   */
  refresh(key: ObjectKey, uid: string, object: RawObject): boolean {
    if (this.#objects.get(key)?.uid !== uid || uidOf(object) !== uid) return false;
    return this.apply({ type: 'applied', object }) !== undefined;
  }

  forget(key: ObjectKey): Omit<MirrorChange, 'key'> {
    const before = this.#objects.get(key);
    this.#objects.delete(key);
    return { before, now: undefined };
  }
}

function uidOf(object: RawObject): string {
  const metadata = own(object, 'metadata');
  const uid = isJsonObject(metadata) ? own(metadata, 'uid') : undefined;
  return typeof uid === 'string' ? uid : '';
}
