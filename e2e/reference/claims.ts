// Who may serve a host: which objects are ours, who claims it, which namespace owns it.
import type { Ingress, IngressRoute, Metadata, WorldObject } from './objects.ts';
import { ofKind } from './objects.ts';

/** The flags that the semantics depend on. */
export interface Settings {
  /** Empty: roots may stand anywhere. */
  readonly rootNamespaces: readonly string[];
  readonly disablePermitInsecure: boolean;
  readonly prefixMatch: 'segment' | 'string';
}

/** Who serves a host. */
export interface Owners {
  readonly namespace: string;
  /** The root that serves the host; undefined: none may. */
  readonly root: IngressRoute | undefined;
  /** The Ingresses that serve it, oldest first. */
  readonly ingresses: readonly Ingress[];
}

/** Every host without a rule of its own. */
export const everyHost = '*';

/** No class at all is ours too: `--ingress-class-name` is not set in the worlds of this test. */
const ours = ({ metadata }: { readonly metadata: Metadata }): boolean => {
  const { annotations = {} } = metadata;
  const given = annotations['contour.heptio.com/ingress.class'] ?? annotations['kubernetes.io/ingress.class'];
  return given === undefined || given === 'contour';
};

/** creationTimestamp, then namespace/name. Worlds give all objects a time or none, as sources do. */
function olderFirst(a: { readonly metadata: Metadata }, b: { readonly metadata: Metadata }): number {
  const times = [a, b].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '1970-01-01'));
  const names = [a, b].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  if (times[0] !== times[1]) return (times[0] ?? 0) - (times[1] ?? 0);
  return (names[0] ?? '') < (names[1] ?? '') ? -1 : 1;
}

/** A root's fqdn is one exact DNS name: no port, no wildcard. */
const claimsHost = ({ spec }: IngressRoute, host: string): boolean =>
  spec.virtualhost?.fqdn.toLowerCase() === host && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(host);

/** The IngressRoutes that are ours by class. */
export const ourRoutes = (objects: readonly WorldObject[]): readonly IngressRoute[] =>
  ofKind(objects, 'IngressRoute').filter(ours);

/** Hosts that an Ingress has paths for. */
export const hostsOf = ({ spec }: Ingress): readonly string[] => [
  ...spec.rules.map(({ host }) => host?.toLowerCase() ?? everyHost),
  ...(spec.defaultBackend === undefined ? [] : [everyHost]),
];

/** Undefined: nobody claims the host. */
export function ownersOf(
  objects: readonly WorldObject[],
  host: string,
  settings: Settings,
): Owners | undefined {
  const limited = settings.rootNamespaces.length > 0;
  const roots = ourRoutes(objects)
    .filter((route) => claimsHost(route, host))
    .filter(({ metadata }) => !limited || settings.rootNamespaces.includes(metadata.namespace))
    .sort(olderFirst);
  const ingresses = ofKind(objects, 'Ingress')
    .filter(ours)
    .filter((ingress) => hostsOf(ingress).includes(host))
    .sort(olderFirst);
  const claimants = limited ? [...roots, ...ingresses] : [...roots, ...ingresses].sort(olderFirst);
  const owner = claimants[0]?.metadata.namespace;
  if (owner === undefined) return undefined;
  const owned = ({ metadata }: { readonly metadata: Metadata }) => metadata.namespace === owner;
  const root = roots.find(owned);
  // A root of another namespace than the owner's has lost its claim. If it counted, any tenant could take the
  // Ingresses of others off a host that they share, with one object.
  return { namespace: owner, root, ingresses: root === undefined ? ingresses : ingresses.filter(owned) };
}
