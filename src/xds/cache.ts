// Contract of the cache; the implementation follows.
import type { Changes, Resource } from './resource.ts';

/** The resources of all types that should be served, and what clients said about them. */
export interface Cache {
  /** Replaces and removes; equal versions are no change. Opens the cache at the first call. Tells all listeners. */
  apply(changes: Changes): void;
  /** Until the first `apply` nothing is answered: a client must not see a half-built state. */
  readonly open: boolean;
  /** What to send: the newest version, or the last accepted one while the newest is refused. */
  get(type: string, name: string): Resource | undefined;
  names(type: string): Iterable<string>;
  /** Any client accepted this version: it becomes the one to fall back to. */
  accepted(resource: Resource): void;
  /** A client refused this version, alone: nobody is sent it again. */
  rejected(resource: Resource, reason: string): void;
  readonly rejections: ReadonlyMap<string, Rejection>;
  subscribe(listener: CacheListener): () => void;
}

export interface Rejection {
  readonly resource: Resource;
  readonly reason: string;
  readonly lastGood: Resource | undefined;
}

export interface CacheListener {
  /** Names whose `get` may answer differently now. */
  changed(touched: ReadonlyMap<string, ReadonlySet<string>>): void;
  /** First acceptance of this content by any client. `previous` is what it replaces as the last good. */
  accepted?(resource: Resource, previous: Resource | undefined): void;
  /** A refusal came (reason) or was lifted (undefined) for the resource's name. */
  rejected?(resource: Resource, reason: string | undefined): void;
}
