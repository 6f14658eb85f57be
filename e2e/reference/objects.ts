// The manifests of generated worlds, as users write them: the fields that worlds use, nothing decoded.

/** What all objects have. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly creationTimestamp?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Service of the same namespace that a route leads to. */
export interface RouteService {
  readonly name: string;
  readonly port: number;
  readonly weight?: number;
}

/** One of `spec.routes`. */
export interface RouteItem {
  readonly match: string;
  readonly services?: readonly RouteService[];
  readonly delegate?: { readonly name: string; readonly namespace?: string };
  readonly enableWebsockets?: boolean;
  readonly permitInsecure?: boolean;
  readonly prefixRewrite?: string;
}

/** A root if it has a virtualhost. */
export interface IngressRoute {
  readonly apiVersion: 'contour.heptio.com/v1beta1';
  readonly kind: 'IngressRoute';
  readonly metadata: Metadata;
  readonly spec: {
    readonly virtualhost?: { readonly fqdn: string; readonly tls?: { readonly secretName: string } };
    readonly routes: readonly RouteItem[];
  };
}

/** How an Ingress's path is compared. */
export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific';

/** A Service of the same namespace that a path leads to. */
export interface IngressBackend {
  readonly service: { readonly name: string; readonly port: { readonly number: number } };
}

/** A path of a rule. */
export interface IngressPath {
  readonly path: string;
  readonly pathType: PathType;
  readonly backend: IngressBackend;
}

/** Without a host it is for every host. */
export interface IngressRule {
  readonly host?: string;
  readonly http: { readonly paths: readonly IngressPath[] };
}

/** networking.k8s.io/v1 Ingress. */
export interface Ingress {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'Ingress';
  readonly metadata: Metadata;
  readonly spec: {
    readonly defaultBackend?: IngressBackend;
    readonly rules: readonly IngressRule[];
    readonly tls?: readonly { readonly hosts: readonly string[]; readonly secretName: string }[];
  };
}

/** Its ports have no names. */
export interface Service {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: Metadata;
  readonly spec: { readonly ports: readonly { readonly port: number; readonly protocol: string }[] };
}

/** The slice of a Service has its name. */
export interface EndpointSlice {
  readonly apiVersion: 'discovery.k8s.io/v1';
  readonly kind: 'EndpointSlice';
  readonly metadata: Metadata;
  readonly addressType: 'IPv4';
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
  readonly endpoints: readonly { readonly addresses: readonly string[] }[];
}

/** `data` is base64, as in a manifest. */
export interface Secret {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret';
  readonly metadata: Metadata;
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** Lets other namespaces use Secrets of its own. */
export interface TlsCertificateDelegation {
  readonly apiVersion: 'contour.heptio.com/v1beta1';
  readonly kind: 'TLSCertificateDelegation';
  readonly metadata: Metadata;
  readonly spec: {
    readonly delegations: readonly {
      readonly secretName: string;
      readonly targetNamespaces: readonly string[];
    }[];
  };
}

/** All that worlds are made of. */
export type WorldObject =
  | IngressRoute
  | Ingress
  | Service
  | EndpointSlice
  | Secret
  | TlsCertificateDelegation;

/** All objects of one kind. */
export function ofKind<K extends WorldObject['kind']>(
  objects: readonly WorldObject[],
  kind: K,
): readonly Extract<WorldObject, { readonly kind: K }>[] {
  const isOfKind = (object: WorldObject): object is Extract<WorldObject, { readonly kind: K }> =>
    object.kind === kind;
  return objects.filter(isOfKind);
}

/** The object of this kind and name; undefined if there is none. */
export const find = <K extends WorldObject['kind']>(
  objects: readonly WorldObject[],
  kind: K,
  namespace: string,
  name: string,
): Extract<WorldObject, { readonly kind: K }> | undefined =>
  ofKind(objects, kind).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);

/** `Kind/namespace/name`. */
export const identityOf = ({ kind, metadata }: WorldObject): string =>
  `${kind}/${metadata.namespace}/${metadata.name}`;
