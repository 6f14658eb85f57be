// What the build of a virtual host may read. The store implements it; the graph wraps it to record every read.
import type { TlsVersion } from './model.ts';
import type { Ingress, IngressRoute, Secret, Service } from './objects.ts';

/**
 * A thing that can be read and can change. An object (present or absent) by its ObjectKey; the claimants of a
 * host; whether a secret may be used from another namespace.
 */
export type DependencyKey =
  | import('./objects.ts').ObjectKey
  | `claim/${string}`
  | `grant/${string}/${string}/${string}`;

export const claimKey = (host: string): DependencyKey => `claim/${host}`;
export const grantKey = (owner: string, secret: string, target: string): DependencyKey =>
  `grant/${owner}/${secret}/${target}`;

/** A root IngressRoute or an Ingress that names a host and is ours by class. Root namespaces are not applied. */
export type Claimant = IngressRoute | Ingress;

/** Objects of other classes are never returned: for the graph they don't exist. */
export interface ObjectView {
  ingressRoute(namespace: string, name: string): IngressRoute | undefined;
  service(namespace: string, name: string): Service | undefined;
  /** `unknown`: the source has not answered yet; the host keeps its last build. */
  secret(namespace: string, name: string): Secret | undefined | 'unknown';
  /** In no particular order. `host` is lower-case: exact, `*.parent` or `*`. */
  claimants(host: string): readonly Claimant[];
  /** Whether a TLSCertificateDelegation in `owner` lets `target` use `secret`. */
  granted(owner: string, secret: string, target: string): boolean;
}

/** Flags that change what the objects mean. */
export interface GraphSettings {
  /** Namespaces that may hold root IngressRoutes; empty: all. */
  readonly rootNamespaces: ReadonlySet<string>;
  /** permitInsecure is ignored. */
  readonly disablePermitInsecure: boolean;
  readonly prefixMatch: 'segment' | 'string';
  /** Of hosts whose objects ask for none; default 1.2. */
  readonly minimumTlsVersion?: TlsVersion;
  /** Undefined: Services of type ExternalName are refused. */
  readonly externalNames?: {
    /** Of the control plane and of Envoy, which would be reached by a name of the node. */
    readonly ownPorts: ReadonlySet<number>;
  };
}
