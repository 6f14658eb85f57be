// All objects that mean something to the graph, with the indexes that answer its questions. `apply` tells what an
// event changed, or that it changed nothing.
import type { Change } from '../dag/change.ts';
import { decode, subsetName, typeOf } from '../dag/decode/index.ts';
import { equal } from '../dag/equal.ts';
import {
  type EndpointSlice,
  type Kind,
  type KubernetesObject,
  keyOf,
  type ObjectKey,
  objectKey,
} from '../dag/objects.ts';
import type { ObjectView } from '../dag/view.ts';
import { usableEndpoints } from './addresses.ts';
import type { ObjectEvent } from './events.ts';
import { changeOf, Indexes, ofKind } from './indexes.ts';
import { type StoreCounts, Tally } from './tally.ts';

export interface StoreSettings {
  /** `--ingress-class-name`; undefined if it was not given: then `contour`, and objects without a class. */
  readonly ingressClassName: string | undefined;
  /** Endpoints on loopback and link-local addresses: for a folder on a laptop, never for a cluster. */
  readonly allowLoopbackEndpoints: boolean;
  /**
   * What a Secret is that the store doesn't have. A source that fetches on demand says `unknown` until it has asked,
   * and delivers `deleted` when there is none. Default: there is none.
   */
  readonly absentSecret?: (namespace: string, name: string) => 'unknown' | undefined;
}

export interface Store {
  /** Undefined: nothing that is read changed, whatever else did. */
  readonly apply: (event: ObjectEvent) => Change | undefined;
  readonly view: ObjectView;
  /** Of Ingresses and IngressRoutes those that are ours by class, like the view. In no particular order. */
  readonly objects: () => Iterable<KubernetesObject>;
  readonly object: (key: ObjectKey) => KubernetesObject | undefined;
  /** Sorted by name; only addresses that Envoy may be given. */
  readonly endpoints: (namespace: string, service: string) => readonly EndpointSlice[];
  readonly counts: () => StoreCounts;
  /** Entries of all indexes: zero when all objects are gone. */
  readonly size: () => number;
}

export function createStore(settings: StoreSettings): Store {
  const objects = new Map<ObjectKey, KubernetesObject>();
  const indexes = new Indexes(objects, settings.ingressClassName);
  const tally = new Tally();

  function object(key: ObjectKey): KubernetesObject | undefined {
    const found = objects.get(key);
    return found && indexes.isOurs(found) ? found : undefined;
  }

  const read = <K extends Kind>(kind: K, namespace: string, name: string) =>
    ofKind(kind, object(objectKey(kind, namespace, name)));

  const view: ObjectView = {
    ingressRoute: (namespace, name) => read('IngressRoute', namespace, name),
    service: (namespace, name) => read('Service', namespace, name),
    secret: (namespace, name) => read('Secret', namespace, name) ?? settings.absentSecret?.(namespace, name),
    claimants: (host) => indexes.claimants(host),
    granted: (owner, secret, target) => indexes.granted(owner, secret, target),
  };

  function* ours(): Iterable<KubernetesObject> {
    for (const one of objects.values()) if (indexes.isOurs(one)) yield one;
  }

  function replace(key: ObjectKey, next: KubernetesObject | undefined): Change | undefined {
    const before = objects.get(key);
    if (before && next && sameContent(before, next)) {
      // The newest resourceVersion; but what was computed from a Secret is remembered by the object.
      if (next.kind !== 'Secret') objects.set(key, next);
      return undefined;
    }
    if (next) objects.set(key, next);
    else objects.delete(key);
    const kind = (next ?? before)?.kind;
    if (kind === undefined) return settings.absentSecret && stillAbsent(key);
    tally.count(kind, (next ? 1 : 0) - (before ? 1 : 0));
    return indexes.replace({ key, kind, before, next });
  }

  /** What an event replaces, by key. */
  function replacements(
    event: ObjectEvent,
    decoded: readonly KubernetesObject[],
  ): Map<ObjectKey, KubernetesObject | undefined> {
    const replaced = new Map<ObjectKey, KubernetesObject | undefined>();
    for (const one of decoded) replaced.set(keyOf(one), event.type === 'applied' ? usable(one) : undefined);
    for (const key of formerSubsets(decoded, objects)) replaced.set(key, undefined);
    return replaced;
  }

  function usable(one: KubernetesObject): KubernetesObject {
    if (one.kind !== 'EndpointSlice') return one;
    return usableEndpoints(one, { allowLoopback: settings.allowLoopbackEndpoints });
  }

  function apply(event: ObjectEvent): Change | undefined {
    const decoded = decode(event.object);
    if (decoded === 'unknown' || decoded.length === 0) {
      tally.ignore(typeOf(event.object) + (decoded === 'unknown' ? '' : ' without a usable name'));
      return undefined;
    }
    const changes = [...replacements(event, decoded)].flatMap(([key, next]) => replace(key, next) ?? []);
    if (changes.length > 0) return merge(changes);
    tally.unchanged++;
    return undefined;
  }

  const endpoints = (namespace: string, service: string) => indexes.endpoints(namespace, service);
  const size = () => objects.size + indexes.size;
  return { apply, view, objects: ours, object, endpoints, counts: () => tally, size };
}

/** That an absent Secret is absent is news if it was unknown. */
const stillAbsent = (key: ObjectKey): Change | undefined =>
  key.startsWith('Secret/') ? changeOf({ dependencies: [key] }) : undefined;

/** Slices of an Endpoints object that had more subsets before. */
function* formerSubsets(
  decoded: readonly KubernetesObject[],
  objects: ReadonlyMap<ObjectKey, KubernetesObject>,
): Iterable<ObjectKey> {
  const first = decoded[0];
  if (first?.kind !== 'EndpointSlice' || !first.name.includes('/')) return;
  for (let index = decoded.length; ; index++) {
    const key = objectKey('EndpointSlice', first.namespace, subsetName(first.service, index));
    if (!objects.has(key)) return;
    yield key;
  }
}

function sameContent(a: KubernetesObject, b: KubernetesObject): boolean {
  return equal({ ...a, resourceVersion: undefined }, { ...b, resourceVersion: undefined });
}

function merge(changes: readonly Change[]): Change {
  return {
    dependencies: [...new Set(changes.flatMap((change) => change.dependencies))],
    services: [...new Set(changes.flatMap((change) => change.services))],
    userEdit: changes.some((change) => change.userEdit),
  };
}
