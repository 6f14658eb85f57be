// Where the addresses come from that Ingresses show in their status.
import type { Values } from './flag.ts';
import type { serveFlags } from './flags.ts';

export type IngressAddress =
  /** IP addresses and DNS names, as given, each once. */
  | { readonly kind: 'fixed'; readonly addresses: readonly string[] }
  /** A Service in front of Envoys. `namespace` undefined: our own. */
  | { readonly kind: 'service'; readonly name: string; readonly namespace: string | undefined }
  /** The nodes that run ready pods with these labels. `namespace` as above. */
  | { readonly kind: 'nodes'; readonly selector: string; readonly namespace: string | undefined };

/** More than clients and DNS servers try; the source of a Service or of nodes is cut to as many. */
export const mostIngressAddresses = 16;

type ServeFlags = Values<typeof serveFlags>;

/** Undefined: no flag asks for it. Of several the first; `addressMistakes` has told then. */
export function ingressAddressOf(flags: ServeFlags): IngressAddress | undefined {
  const addresses = addressesOf(flags);
  const namespace = flags['envoy-service-namespace'];
  const name = flags['envoy-service-name'];
  const selector = flags['envoy-node-addresses'];
  if (addresses.length > 0) return { kind: 'fixed', addresses };
  if (name !== undefined) return { kind: 'service', name, namespace };
  return selector === undefined ? undefined : { kind: 'nodes', selector, namespace };
}

/** What these flags say against each other. */
export function addressMistakes(flags: ServeFlags): string[] {
  const addresses = addressesOf(flags);
  const sources = [
    ...(addresses.length > 0 ? ['--ingress-status-address'] : []),
    ...(flags['envoy-service-name'] === undefined ? [] : ['--envoy-service-name']),
    ...(flags['envoy-node-addresses'] === undefined ? [] : ['--envoy-node-addresses']),
  ];
  const [first] = sources;
  const hasNamespace = flags['envoy-service-namespace'] !== undefined;
  const hasPlace = sources.some((source) => source !== '--ingress-status-address');
  if (first !== undefined && flags.manifests.length > 0)
    return [`${first} is written to Ingresses of a cluster; with --manifests, leave it out`];
  if (sources.length > 1)
    return [`${sources.join(' and ')} are different sources of the address; give one of them`];
  if (hasNamespace && !hasPlace)
    return ['--envoy-service-namespace needs --envoy-service-name or --envoy-node-addresses beside it'];
  if (addresses.length <= mostIngressAddresses) return [];
  return [`--ingress-status-address: ${addresses.length} addresses; give at most ${mostIngressAddresses}`];
}

const addressesOf = (flags: ServeFlags): readonly string[] => [
  ...new Set(flags['ingress-status-address'].flatMap((list) => list.split(',')).map((text) => text.trim())),
];
