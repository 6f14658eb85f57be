// The only door to the API server, as an interface: reflectors and the status writer know nothing of HTTP.
import type { RawObject } from '../store/events.ts';
import type { Resource } from './resources.ts';

export interface KubeApi {
  /**
   * One page. Items have their apiVersion and kind, which the server leaves out of lists. Rejects with a PageTooLarge if
   * fewer objects should be asked for.
   */
  list(resource: Resource, options: ListOptions): Promise<ListPage>;
  /**
   * What happened after `resourceVersion`, in batches as it arrives. Ends when the server or the connection ends it
   * between two events; throws an ApiError for an ERROR event (410: too old), a broken line, or a broken connection.
   */
  watch(resource: Resource, options: WatchOptions): AsyncIterable<readonly WatchEvent[]>;
  /** Undefined: there is none (404). */
  get(resource: Resource, name: ObjectName, signal: AbortSignal): Promise<RawObject | undefined>;
  /** Merge patch (RFC 7386) on the status subresource; answers the object as it is now. */
  patchStatus(
    resource: Resource,
    name: ObjectName,
    patch: RawObject,
    signal: AbortSignal,
  ): Promise<RawObject>;
  create(resource: Resource, object: RawObject, signal: AbortSignal): Promise<RawObject>;
}

/** `namespace` is empty for cluster-scoped kinds. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export interface ListOptions {
  /** Undefined: all namespaces. */
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Most items of a page. */
  readonly limit: number;
  /** From the page before. */
  readonly continueToken?: string | undefined;
  readonly signal: AbortSignal;
}

export interface ListPage {
  readonly items: readonly RawObject[];
  /** Where a watch goes on; opaque. */
  readonly resourceVersion: string;
  /** Undefined: this was the last page. */
  readonly continueToken: string | undefined;
}

export interface WatchOptions {
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly resourceVersion: string;
  /** After how many seconds the server ends the watch by itself. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

export type WatchEvent =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly object: RawObject;
      readonly resourceVersion: string;
    }
  /** Nothing happened up to this version. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface ApiErrorFacts {
  /** HTTP status; 0: no answer (refused, cut, timed out, unreadable). */
  readonly code: number;
  /** Kubernetes' machine-readable reason such as `Expired`; empty if there is none. */
  readonly reason: string;
  /** Milliseconds that the server asks us to wait (Retry-After). */
  readonly retryAfterMs: number | undefined;
}

/** The message is one line, names the request, and never holds a body or a token. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: ApiErrorFacts, options?: ErrorOptions) {
    super(message, options);
    this.code = facts.code;
    this.reason = facts.reason;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** A page has more bytes than are read at once: tenants may store 1 MB in each object. */
export class PageTooLarge extends ApiError {
  constructor(message: string) {
    super(message, { code: 0, reason: '', retryAfterMs: undefined });
  }
}
