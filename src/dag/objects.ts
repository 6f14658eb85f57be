// The Kubernetes objects as the graph reads them: decoded, narrow, readonly. The decoder (decode.ts) makes
// them from untrusted JSON; what it could not read is in `malformed`, never an exception.
import type { CertificateDelegation } from './api/certificate-delegation.ts';
import type { TcpProxy, VirtualHostSpec } from './api/ingressroute.ts';
import type { Route } from './api/route.ts';

export type { TlsSpec, VirtualHostSpec } from './api/ingressroute.ts';
export type { DelegateSpec, HealthCheckSpec, ServiceReference } from './api/service.ts';

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
export interface IngressRoute extends Meta, Noted {
  readonly kind: 'IngressRoute';
  readonly virtualhost: VirtualHostSpec | undefined;
  readonly routes: readonly RouteSpec[];
  readonly tcpproxy: TcpProxySpec | undefined;
}

/** What was found out when a part of an object was read; what is in a smaller part is in that part. */
export interface Noted {
  readonly malformed: readonly Malformed[];
  readonly unknownFields: readonly UnknownField[];
}

export type RouteSpec = Route & Noted;
export type TcpProxySpec = TcpProxy & Noted;

/** contour.heptio.com/v1beta1 TLSCertificateDelegation: namespaces that may use a secret of this one. */
export interface TLSCertificateDelegation extends Meta, Noted {
  readonly kind: 'TLSCertificateDelegation';
  readonly delegations: readonly CertificateDelegation[];
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
  /** Of the pods, not of the Service. A name is that of the Service's port, empty if it has none. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
  readonly endpoints: readonly Endpoint[];
}

/** Mostly a pod. */
export interface Endpoint {
  /** IP addresses. The decoder takes any text; the store keeps what Envoy may be given, in canonical form. */
  readonly addresses: readonly string[];
  /** It gets requests, even while it terminates: so says a Service with publishNotReadyAddresses. */
  readonly ready: boolean;
  /** It answers requests, whether or not it terminates. */
  readonly serving: boolean;
  /** It was told to end, and gets requests only while it serves and no other endpoint is ready. */
  readonly terminating: boolean;
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
