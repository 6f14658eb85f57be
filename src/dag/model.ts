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
    | { readonly routes: readonly Route[]; readonly certificate: Certificate | undefined }
    | undefined;
  /** Objects that a refusal by Envoy is told to: the root IngressRoute and the Ingresses of this host. */
  readonly owners: readonly ObjectKey[];
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
  | { readonly kind: 'forward'; readonly backends: readonly Backend[]; readonly websockets: boolean }
  | { readonly kind: 'redirect-to-https' }
  | { readonly kind: 'respond'; readonly status: 503 };

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
