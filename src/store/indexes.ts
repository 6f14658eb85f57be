// All indexes over the objects. One object is replaced in them, and they tell what reads differently now.
import type { Change } from '../dag/change.ts';
import type { EndpointSlice, Kind, KubernetesObject, ObjectKey } from '../dag/objects.ts';
import type { Claimant, DependencyKey } from '../dag/view.ts';
import { ClaimIndex } from './claims.ts';
import { ClassIndex } from './classes.ts';
import { GrantIndex } from './grants.ts';
import { SliceIndex } from './slices.ts';

export interface Replacement {
  readonly key: ObjectKey;
  readonly kind: Kind;
  /** Of that kind, both. */
  readonly before: KubernetesObject | undefined;
  readonly next: KubernetesObject | undefined;
}

export class Indexes {
  readonly #objects: ReadonlyMap<ObjectKey, KubernetesObject>;
  readonly #classes: ClassIndex;
  readonly #claims = new ClaimIndex();
  readonly #grants = new GrantIndex();
  readonly #slices = new SliceIndex();

  /** `objects` are those that are indexed, and already hold what `replace` is told of. */
  constructor(objects: ReadonlyMap<ObjectKey, KubernetesObject>, className: string | undefined) {
    this.#objects = objects;
    this.#classes = new ClassIndex(className);
  }

  /** Zero when all objects are gone. */
  get size(): number {
    return this.#classes.size + this.#claims.size + this.#grants.size + this.#slices.size;
  }

  /** False for an Ingress or an IngressRoute of another class. */
  isOurs(object: KubernetesObject): boolean {
    return !isClaimant(object) || this.#classes.isOurs(object);
  }

  claimants(host: string): readonly Claimant[] {
    return [...this.#claims.of(host)].map((key) => this.#objects.get(key)).filter(isClaimant);
  }

  granted(owner: string, secret: string, target: string): boolean {
    return this.#grants.granted(owner, secret, target);
  }

  endpoints(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#slices.of(namespace, service);
  }

  /** Undefined: everything reads as before. */
  replace({ key, kind, before, next }: Replacement): Change | undefined {
    switch (kind) {
      case 'Service':
      case 'Secret':
        return changeOf({ dependencies: [key] });
      case 'EndpointSlice':
        return changeOf({ services: this.#slices.replace(ofKind(kind, before), ofKind(kind, next)) });
      case 'TLSCertificateDelegation': {
        const grants = this.#grants.replace(ofKind(kind, before), ofKind(kind, next));
        return changeOf({ dependencies: [key, ...grants] });
      }
      case 'IngressClass': {
        const changed = this.#classes.replaceClass(nameOf(key), ofKind(kind, next));
        return changeOf({ dependencies: changed.flatMap((ingress) => this.#changeClass(ingress)) });
      }
      case 'Ingress':
        this.#classes.replaceIngress(ofKind(kind, before), ofKind(kind, next));
        return this.#replaceClaimant(key, before, next);
      case 'IngressRoute':
        return this.#replaceClaimant(key, before, next);
    }
  }

  #replaceClaimant(
    key: ObjectKey,
    before: KubernetesObject | undefined,
    next: KubernetesObject | undefined,
  ): Change | undefined {
    const old = isClaimant(before) && this.isOurs(before) ? before : undefined;
    const now = isClaimant(next) && this.isOurs(next) ? next : undefined;
    if (!old && !now) return undefined;
    return changeOf({ dependencies: [key, ...this.#claims.replace(old, now)], userEdit: true });
  }

  /** After an IngressClass made the object ours, or not ours any more. */
  #changeClass(key: ObjectKey): readonly DependencyKey[] {
    const claimant = this.#objects.get(key);
    if (!isClaimant(claimant)) return [];
    const [old, now] = this.isOurs(claimant) ? [undefined, claimant] : [claimant, undefined];
    return [key, ...this.#claims.replace(old, now)];
  }
}

/** Undefined if nothing changed. */
export function changeOf(parts: Partial<Change>): Change | undefined {
  const change = { dependencies: [], services: [], userEdit: false, ...parts };
  return change.dependencies.length > 0 || change.services.length > 0 ? change : undefined;
}

type ObjectOf<K extends Kind> = Extract<KubernetesObject, { readonly kind: K }>;

/** The object if it is of the kind. */
export function ofKind<K extends Kind>(
  kind: K,
  object: KubernetesObject | undefined,
): ObjectOf<K> | undefined {
  const is = (one: KubernetesObject): one is ObjectOf<K> => one.kind === kind;
  return object && is(object) ? object : undefined;
}

const isClaimant = (object: KubernetesObject | undefined): object is Claimant =>
  object?.kind === 'IngressRoute' || object?.kind === 'Ingress';

const nameOf = (key: ObjectKey): string => key.slice(key.lastIndexOf('/') + 1);
