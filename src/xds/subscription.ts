// What a client wants of one type on one stream. Sections are those of the xDS protocol description:
// "How the client specifies what resources to return" and "Unsubscribing from resources".
import type { DeltaRequest } from './message.ts';

/** What a request changed. */
export interface Interest {
  /** Names that must be answered even if the client was sent them before. */
  readonly asked: readonly string[];
  /** Names nobody wants any more. */
  readonly dropped: readonly string[];
  readonly wildcard: 'began' | 'ended' | 'same';
}

export interface Subscription {
  /** A request for the type came. */
  readonly started: boolean;
  /** How many names were asked for one by one. */
  readonly size: number;
  wants(name: string): boolean;
  /** The client asked for it by name. */
  named(name: string): boolean;
  apply(request: DeltaRequest): Interest;
  /** Drops a name as if the client had unsubscribed it. */
  drop(name: string): void;
}

const everything = '*';

/** `wildcard`: the type may be asked for as a whole. Elsewhere `*` is a name like any other. */
export function createSubscription({ wildcard: allowed }: { readonly wildcard: boolean }): Subscription {
  const names = new Set<string>();
  let started = false;
  let wildcard = false;

  /** The legacy form, an empty first request, means the same as `*` and stays until `*` is unsubscribed. */
  function asksForAll(request: DeltaRequest): boolean {
    if (!allowed) return false;
    const legacy = !started && request.subscribe.length === 0;
    return legacy || request.subscribe.includes(everything);
  }

  return {
    get started() {
      return started;
    },
    get size() {
      return names.size;
    },
    wants: (name) => wildcard || names.has(name),
    named: (name) => names.has(name),
    apply(request) {
      const before = wildcard;
      const asked = new Set<string>();
      const dropped = new Set<string>();
      if (allowed && request.unsubscribe.includes(everything)) wildcard = false;
      if (asksForAll(request)) wildcard = true;
      for (const name of request.unsubscribe) {
        if (!names.delete(name)) continue;
        // The client can't know whether the wildcard covers the name, so it is told: here it is, or it is gone.
        if (wildcard) asked.add(name);
        else dropped.add(name);
      }
      for (const name of request.subscribe) {
        if (allowed && name === everything) continue;
        names.add(name);
        dropped.delete(name);
        asked.add(name);
      }
      started = true;
      const change = wildcard === before ? 'same' : wildcard ? 'began' : 'ended';
      return { asked: [...asked], dropped: [...dropped], wildcard: change };
    },
    drop(name) {
      names.delete(name);
    },
  };
}
