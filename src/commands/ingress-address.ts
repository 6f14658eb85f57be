// What feeds the status writer with the addresses of Envoy, as the flags say.
import type { IngressAddress } from '../config/ingress-address.ts';
import { type AddressPlace, addressOf, createAddressSource, ordered } from '../kube/index.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { StartError } from '../runtime/start-error.ts';

/** Longest name of a field manager that the API server takes. */
const longestManager = 128;

/**
 * Under which name statuses are written. With the class in it, so that of two installations none takes back what the
 * other one wrote.
 */
export const fieldManagerOf = (ingressClassName = 'contour'): string =>
  `contour.heptio.com/${ingressClassName}`.slice(0, longestManager);

export interface AddressFeedOptions extends Omit<Parameters<typeof createAddressSource>[0], 'place'> {
  readonly from: IngressAddress;
  /** Of the pod's service account, or of the kubeconfig's context; undefined: it says none. */
  readonly ownNamespace: string | undefined;
}

/** Fixed addresses are told at once, before anything runs. Throws a StartError if a namespace is needed and not known. */
export function feedAddresses({ from, ownNamespace, ...options }: AddressFeedOptions): readonly Runnable[] {
  if (from.kind !== 'fixed') return [createAddressSource({ ...options, place: placeOf(from, ownNamespace) })];
  options.tell(ordered(from.addresses.flatMap((text) => addressOf(text) ?? [])));
  return [];
}

function placeOf(from: Exclude<IngressAddress, { kind: 'fixed' }>, own: string | undefined): AddressPlace {
  const namespace = from.namespace ?? own;
  if (namespace === undefined)
    throw new StartError(
      "the kubeconfig's context has no namespace; say where Envoy is with --envoy-service-namespace",
    );
  return { ...from, namespace };
}
