// A named piece of configuration, encoded once and shared by all streams. Never modified.
import { hash } from 'node:crypto';

export interface Resource {
  readonly type: string;
  readonly name: string;
  /** The serialized message, without its Any. */
  readonly bytes: Uint8Array;
  /** A short hash of the content: equal content, equal version, on any replica and after any restart. */
  readonly version: string;
  /** Names of `ResourceType.requires` that must be ready on a stream before this is sent there. */
  readonly requires: readonly string[];
  /**
   * Name of the resource of `ResourceType.warmedBy` whose ACK makes this one ready; undefined: its own ACK does.
   */
  readonly warmedBy?: string;
  /** Bytes to send in place of `bytes` to a client that has no version of this yet; not part of the version. */
  readonly firstBytes?: () => Uint8Array;
  /**
   * What a client gets that refuses this and has no other version of the name, where having nothing would mean
   * something else than "not available". It never counts as a good version.
   */
  readonly standIn?: () => Resource;
}

/** 72 bits of SHA-256 in 12 characters: reconnecting clients list every version, so versions are short. */
export const versionOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'base64url').slice(0, 12);

/** How the machine treats one type of resources. The server knows types by these descriptions only. */
export interface ResourceType {
  readonly url: string;
  /** An empty first subscription asks for all resources (listeners, clusters, scopes). */
  readonly wildcard: boolean;
  /** Most resources in one response. */
  readonly chunk: number;
  /**
   * True: the next response may be sent before the last one is answered (the client withholds its ACK while
   * something warms).
   */
  readonly pipelined: boolean;
  /** False: a resource that is gone is forgotten and not told (the client drops it by itself). */
  readonly removals: boolean;
  /** The type that `Resource.requires` names. */
  readonly requires?: string;
  /** The type that `Resource.warmedBy` names. */
  readonly warmedBy?: string;
  /** First answers wait until every resource of this type that existed at its subscription is ACKed or refused. */
  readonly after?: string;
  /** Same meaning, other bytes: a client that refused a response must not take the retry for a repetition. */
  readonly stamp?: (resource: Resource, generation: string) => Uint8Array;
  /** Names that clients make up, answered by another resource. */
  readonly onDemand?: OnDemand;
}

export interface OnDemand {
  /** Names of the resources, most specific first, that may answer `asked`. */
  candidates(asked: string): readonly string[];
  /**
   * The client asked for the name by itself: told that there is nothing, it goes on wanting it. Absent: no name is such.
   */
  lasting?(asked: string): boolean;
  /** The resource under the name that was asked for. */
  rename(resource: Resource, asked: string): Uint8Array;
  /** Most names per stream that one resource answers beside its own; beyond, the oldest is removed. */
  readonly limit: number;
  /** Another limit for this resource; absent: `limit` for all. */
  limitOf?(resource: Resource): number;
}

/** What one turn changes. A name is in at most one of the two. */
export interface Changes {
  readonly set: readonly Resource[];
  readonly remove: readonly { readonly type: string; readonly name: string }[];
}
