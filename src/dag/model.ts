// The graph's vertices: what the users meant, free of Envoy's types. Plain readonly data.
import type { ObjectKey } from './objects.ts';
import type { Problem } from './problems.ts';

/** One virtual host as it is served: the unit of building, of translation and of sending. */
export interface VirtualHost {
  /** Lower-case name: exact (`a.com`), wildcard (`*.a.com`) or default (`*`). Unique in the graph. */
  readonly host: string;
  /** Routes of the HTTP listener, most specific first; undefined if the host isn't served there. */
  readonly http: readonly Route[] | undefined;
  /**
   * Routes and certificate of the HTTPS listener; undefined if the host isn't served over TLS. Without a certificate
   * (it is unusable) there are no routes either, and nobody else's host answers.
   */
  readonly https:
    | {
        readonly routes: readonly Route[];
        readonly certificate: Certificate | undefined;
        /** Oldest version that clients may use; undefined: that of `--tls-minimum-protocol-version`. */
        readonly minimumVersion?: TlsVersion;
      }
    | undefined;
  /** Connections that are handed on as they are, by the server name of their handshake; `https` is undefined then. */
  readonly tcp?: TcpProxy;
  /** Objects that a refusal by Envoy is told to: the root IngressRoute and the Ingresses of this host. */
  readonly owners: readonly ObjectKey[];
}

export type TlsVersion = '1.1' | '1.2' | '1.3';

/** What Envoy does with the TLS connections of a host instead of reading requests from them. */
export interface TcpProxy {
  /** With which TLS ends at Envoy; undefined: passthrough, the Services end it. */
  readonly certificate: Certificate | undefined;
  readonly minimumVersion?: TlsVersion;
  /** A share without a cluster is refused: the connection is closed. Empty: all are. */
  readonly backends: readonly Backend[];
  /** As in a Route. */
  readonly source: ObjectKey;
  readonly chain: readonly ObjectKey[];
}

/** A certificate chain and its key, PEM, known to parse and to match. */
export interface Certificate {
  readonly namespace: string;
  readonly name: string;
  readonly chain: Uint8Array;
  readonly key: Uint8Array;
}

export interface Route {
  readonly match: PathMatch;
  readonly action: Action;
  /** The object whose route this is. */
  readonly source: ObjectKey;
  /** The objects that delegated to it, root first: the 64 nearest of a longer chain. Empty for a root or Ingress. */
  readonly chain: readonly ObjectKey[];
}

/** `prefix` is on segment boundaries (`/blog` takes `/blog` and `/blog/x`, not `/blogger`). */
export type PathMatch =
  | { readonly kind: 'prefix'; readonly path: string }
  | { readonly kind: 'string-prefix'; readonly path: string }
  | { readonly kind: 'exact'; readonly path: string }
  | { readonly kind: 'regex'; readonly path: string };

export type Action =
  | {
      readonly kind: 'forward';
      readonly backends: readonly Backend[];
      readonly websockets: boolean;
      readonly policy?: RoutePolicy;
    }
  | { readonly kind: 'redirect-to-https' }
  | { readonly kind: 'respond'; readonly status: 503 };

/** What is done with a request on its way. A policy without a field has the field's default. */
export interface RoutePolicy {
  /** From the whole request to the whole response, in milliseconds; default Envoy's 15 s. */
  readonly timeoutMs?: number | 'infinity';
  readonly retry?: {
    /** When, as Envoy's `retry_on`; default after a 5xx answer. */
    readonly on?: string;
    /** At least 1. */
    readonly count: number;
    readonly perTryTimeoutMs?: number;
  };
  /** Begins with `/`; replaces the matched prefix, joined at a segment boundary. */
  readonly prefixRewrite?: string;
}

/** A share of a route's traffic. A backend without a cluster answers 503 for its share. */
export interface Backend {
  readonly cluster: Cluster | undefined;
  /** Relative to the other backends of the route; the sum is at least 1. */
  readonly weight: number;
}

/** A port of a Service with all settings that Envoy's cluster has; equal settings make one cluster. */
export interface Cluster {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  /** The Service port's name, by which EndpointSlice ports are found; empty if it has none. */
  readonly portName: string;
  /** Where the Service is, a lower-case DNS name, instead of the endpoints of its slices. */
  readonly externalName?: string;
  /**
   * What the Service speaks; default HTTP/1.1 in clear, or for a TcpProxy any bytes. `h2` is over TLS. `passthrough`: the
   * TLS of the client, which the Service ends; only health checks have TLS of their own.
   */
  readonly protocol?: 'h2' | 'h2c' | 'tls' | 'passthrough';
  /** How an endpoint is chosen; default round robin. `cookie`: a client stays at one endpoint. */
  readonly strategy?: 'least-request' | 'random' | 'cookie';
  readonly healthCheck?: HealthCheck;
  /** Of the certificate of the endpoints, unless their protocol is in clear; default: none. */
  readonly validation?: UpstreamValidation;
  readonly limits?: CircuitBreaker;
}

export interface HealthCheck {
  readonly path: string;
  readonly host: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly unhealthyThreshold: number;
  readonly healthyThreshold: number;
}

export interface UpstreamValidation {
  /** Trusted authorities, PEM. */
  readonly ca: string;
  /** Tells `ca` from others in few bytes. */
  readonly fingerprint: string;
  readonly subjectName: string;
}

/** From the annotations of the Service; a field's default is Envoy's. */
export interface CircuitBreaker {
  readonly maxConnections?: number;
  readonly maxPendingRequests?: number;
  readonly maxRequests?: number;
  readonly maxRetries?: number;
}

export type CurrentStatus = 'valid' | 'invalid' | 'orphaned';

/** What we think of one object. */
export interface Verdict {
  readonly object: ObjectKey;
  /** Of the object as it was judged (metadata.generation); undefined outside a cluster. */
  readonly generation: number | undefined;
  /** metadata.uid of that object; undefined outside a cluster. */
  readonly uid: string | undefined;
  readonly currentStatus: CurrentStatus;
  readonly description: string;
  /** Worst first, then by route; at most 20. */
  readonly problems: readonly Problem[];
  /** How many problems there are in all; of an object under several hosts that has very many, at least so many. */
  readonly problemsCount: number;
  /** Of an IngressRoute that is no root: where it is served; by fqdn, prefix and root; at most 20. */
  readonly reachedFrom: readonly Reached[];
  readonly reachedFromCount: number;
}

/** Most places of one object that are kept, from one host and in its verdict. */
export const mostReached = 20;

/** A host and a prefix that lead to an IngressRoute by delegation. */
export interface Reached {
  readonly fqdn: string;
  /** The `match` of the route that delegates to it; empty: its tcpproxy does. */
  readonly prefix: string;
  /** The root, as namespace/name. */
  readonly root: string;
  /** Whether the root serves the host over TLS. */
  readonly tls: boolean;
}

/** What a rebuild changed. */
export interface Delta {
  /** Every host that was rebuilt with a different outcome; undefined: no longer served. */
  readonly hosts: ReadonlyMap<string, VirtualHost | undefined>;
  /** Verdicts that changed; undefined: the object is gone or no longer ours. */
  readonly verdicts: ReadonlyMap<ObjectKey, Verdict | undefined>;
  /** How many hosts were built, changed or not. */
  readonly built: number;
}

/** For the end of a switch over a union: does not compile while a case is missing. */
export const unreachable = (value: never): never => {
  throw new TypeError(`unhandled ${JSON.stringify(value)}`);
};
