// An ObjectView over a list of objects, which counts what is read.
import { claimedHosts } from '../dag/host-name.ts';
import { type KubernetesObject, keyOf, type ObjectKey, objectKey } from '../dag/objects.ts';
import {
  type Claimant,
  claimKey,
  type DependencyKey,
  type GraphSettings,
  grantKey,
  type ObjectView,
} from '../dag/view.ts';

export interface CountingView extends ObjectView {
  /** How often each thing was read, present or absent. */
  readonly reads: ReadonlyMap<DependencyKey, number>;
}

/** `unknownSecrets`: those that the source has not answered for yet. All objects are ours by class. */
export function viewOf(
  objects: readonly KubernetesObject[],
  { unknownSecrets = [] }: { readonly unknownSecrets?: readonly ObjectKey[] } = {},
): CountingView {
  const byKey = new Map<DependencyKey, KubernetesObject>(objects.map((object) => [keyOf(object), object]));
  const unknown = new Set(unknownSecrets);
  const reads = new Map<DependencyKey, number>();
  const read = (key: DependencyKey) => {
    reads.set(key, (reads.get(key) ?? 0) + 1);
    return byKey.get(key);
  };
  return {
    reads,
    ingressRoute(namespace, name) {
      const found = read(objectKey('IngressRoute', namespace, name));
      return found?.kind === 'IngressRoute' ? found : undefined;
    },
    service(namespace, name) {
      const found = read(objectKey('Service', namespace, name));
      return found?.kind === 'Service' ? found : undefined;
    },
    secret(namespace, name) {
      const key = objectKey('Secret', namespace, name);
      const found = read(key);
      if (unknown.has(key)) return 'unknown';
      return found?.kind === 'Secret' ? found : undefined;
    },
    claimants(host) {
      read(claimKey(host));
      return objects.filter(
        (object): object is Claimant => isClaimant(object) && claimedHosts(object).has(host),
      );
    },
    granted(owner, secret, target) {
      read(grantKey(owner, secret, target));
      return objects.some(
        (object) =>
          object.kind === 'TLSCertificateDelegation' &&
          object.namespace === owner &&
          object.delegations.some(
            ({ secretName, targetNamespaces }) =>
              secretName === secret && (targetNamespaces.includes('*') || targetNamespaces.includes(target)),
          ),
      );
    },
  };
}

const isClaimant = (object: KubernetesObject): object is Claimant =>
  object.kind === 'IngressRoute' || object.kind === 'Ingress';

/** What the flags are when none is given. */
export const defaultSettings: GraphSettings = {
  rootNamespaces: new Set(),
  disablePermitInsecure: false,
  prefixMatch: 'segment',
};
