// The Kubernetes objects as the graph reads them: decoded, narrow, readonly. The decoder (decode.ts) makes
// them from untrusted JSON; what it could not read is in `malformed`, never an exception.

export type Kind =
  | 'IngressRoute'
  | 'TLSCertificateDelegation'
  | 'Ingress'
  | 'IngressClass'
  | 'Service'
  | 'EndpointSlice'
  | 'Secret';

/** Identifies an object over all kinds: `Kind/namespace/name`; cluster-scoped kinds have an empty namespace. */
export type ObjectKey = `${Kind}/${string}/${string}`;

export interface Meta {
  readonly namespace: string;
  readonly name: string;
  /** creationTimestamp in milliseconds since the epoch; undefined sorts as equal to every other. */
  readonly created: number | undefined;
  readonly generation: number | undefined;
  /** Tells an object from an earlier one of its name; undefined outside a cluster. */
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly annotations: ReadonlyMap<string, string>;
}

/** A field that the decoder could not read, with a path such as `spec.routes[2].services[0].port`. */
export interface Malformed {
  readonly path: string;
  readonly message: string;
}

/** A field that the API doesn't have, mistyped as a rule. It has no effect. */
export interface UnknownField {
  readonly path: string;
  /** The field of the same place whose name is nearest; undefined if none is near. */
  readonly nearest: string | undefined;
}

/** contour.heptio.com/v1beta1 IngressRoute. A root if it has a virtualhost. */
export interface IngressRoute extends Meta {
  readonly kind: 'IngressRoute';
  readonly virtualhost: VirtualHostSpec | undefined;
  readonly routes: readonly RouteSpec[];
  readonly tcpproxy: TcpProxySpec | undefined;
  /** What concerns the object as a whole; what is wrong inside a route or tcpproxy is in it. */
  readonly malformed: readonly Malformed[];
  readonly unknownFields: readonly UnknownField[];
}

export interface VirtualHostSpec {
  readonly fqdn: string;
  readonly tls: TlsSpec | undefined;
}

export interface TlsSpec {
  /** `name` or `namespace/name`; empty if absent. */
  readonly secretName: string;
  readonly minimumProtocolVersion: string | undefined;
  readonly passthrough: boolean;
}

export interface RouteSpec {
  readonly match: string;
  readonly services: readonly ServiceReference[];
  readonly delegate: DelegateSpec | undefined;
  readonly enableWebsockets: boolean;
  readonly permitInsecure: boolean;
  readonly prefixRewrite: string | undefined;
  readonly timeoutPolicy: { readonly request: string | undefined } | undefined;
  readonly retryPolicy:
    | { readonly count: number | undefined; readonly perTryTimeout: string | undefined }
    | undefined;
  readonly malformed: readonly Malformed[];
  readonly unknownFields: readonly UnknownField[];
}

export interface TcpProxySpec {
  readonly services: readonly ServiceReference[];
  readonly delegate: DelegateSpec | undefined;
  readonly malformed: readonly Malformed[];
  readonly unknownFields: readonly UnknownField[];
}

export interface DelegateSpec {
  readonly name: string;
  readonly namespace: string | undefined;
}

export interface ServiceReference {
  readonly name: string;
  readonly port: number;
  readonly weight: number | undefined;
  readonly strategy: string | undefined;
  readonly healthCheck: HealthCheckSpec | undefined;
  readonly validation:
    | { readonly caSecret: string | undefined; readonly subjectName: string | undefined }
    | undefined;
}

export interface HealthCheckSpec {
  readonly path: string | undefined;
  readonly host: string | undefined;
  readonly intervalSeconds: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly unhealthyThresholdCount: number | undefined;
  readonly healthyThresholdCount: number | undefined;
}

/** contour.heptio.com/v1beta1 TLSCertificateDelegation: namespaces that may use a secret of this one. */
export interface TLSCertificateDelegation extends Meta {
  readonly kind: 'TLSCertificateDelegation';
  readonly delegations: readonly {
    readonly secretName: string;
    readonly targetNamespaces: readonly string[];
  }[];
  readonly malformed: readonly Malformed[];
  readonly unknownFields: readonly UnknownField[];
}

/** networking.k8s.io/v1 Ingress. */
export interface Ingress extends Meta {
  readonly kind: 'Ingress';
  readonly ingressClassName: string | undefined;
  readonly defaultBackend: IngressBackend | undefined;
  readonly tls: readonly { readonly hosts: readonly string[]; readonly secretName: string }[];
  readonly rules: readonly { readonly host: string; readonly paths: readonly IngressPath[] }[];
  readonly malformed: readonly Malformed[];
}

export interface IngressPath {
  readonly path: string;
  readonly pathType: 'Exact' | 'Prefix' | 'ImplementationSpecific';
  readonly backend: IngressBackend | undefined;
}

export interface IngressBackend {
  readonly name: string;
  /** A port's number or its name. */
  readonly port: number | string;
}

/** networking.k8s.io/v1 IngressClass. */
export interface IngressClass extends Meta {
  readonly kind: 'IngressClass';
  readonly controller: string;
  readonly isDefault: boolean;
}

export interface Service extends Meta {
  readonly kind: 'Service';
  readonly externalName: string | undefined;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  /** Empty if the port has no name. */
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** discovery.k8s.io/v1 EndpointSlice; a v1 Endpoints object of a manifest folder is decoded to slices too. */
export interface EndpointSlice extends Meta {
  readonly kind: 'EndpointSlice';
  /** Name of the Service, from the label `kubernetes.io/service-name`; empty if absent. */
  readonly service: string;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly ready: boolean;
  }[];
}

/** v1 Secret of any type; only `tls.crt`, `tls.key` and `ca.crt` are kept, base64-decoded. */
export interface Secret extends Meta {
  readonly kind: 'Secret';
  readonly type: string;
  readonly data: ReadonlyMap<string, Uint8Array>;
}

export type KubernetesObject =
  | IngressRoute
  | TLSCertificateDelegation
  | Ingress
  | IngressClass
  | Service
  | EndpointSlice
  | Secret;

export const objectKey = (kind: Kind, namespace: string, name: string): ObjectKey =>
  `${kind}/${namespace}/${name}`;

export const keyOf = (object: KubernetesObject): ObjectKey =>
  objectKey(object.kind, object.namespace, object.name);
