// What goes over a delta stream, as plain data.

/** A request of the client: new and lost interest, an answer to a response, or both. */
export interface DeltaRequest {
  /** The client's name for itself; only the first request of a stream must carry it. */
  readonly node: string | undefined;
  readonly type: string;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** What the client has, by name; only in the first request of a type on a stream. */
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Which response this answers; empty: none. */
  readonly nonce: string;
  /** Why the client refused that response; undefined: it accepted it. */
  readonly refusal: string | undefined;
}

/** A resource as it is sent. */
export interface SentResource {
  readonly name: string;
  readonly version: string;
  readonly bytes: Uint8Array;
}

/** A response to be written. It has resources or removed names, never both. */
export interface DeltaResponse {
  readonly type: string;
  readonly nonce: string;
  readonly resources: readonly SentResource[];
  readonly removed: readonly string[];
  /** About how many bytes it takes, to be given back by `flushed`. */
  readonly size: number;
}

/** Why a stream must end: the client broke the protocol or asks for more than it may. */
export interface StreamEnd {
  readonly code: 'INVALID_ARGUMENT' | 'RESOURCE_EXHAUSTED';
  readonly message: string;
}
