// Everything that one stream knows about one type. The files beside it each hold one idea of what to do with it.
import type { Cache } from './cache.ts';
import { createIsolation, type Isolation } from './isolation.ts';
import { type Naming, onDemandNaming, plainNaming, type Resolved } from './on-demand.ts';
import { createPossession, type Possession } from './possession.ts';
import { createReferences, type References } from './references.ts';
import type { ResourceType } from './resource.ts';
import { createSubscription, type Subscription } from './subscription.ts';
import { createWaiting, type Waiting } from './waiting.ts';

/** Kinds of responses: halves of refused ones, changes, removals. */
export type Kind = 'retries' | 'changes' | 'removals';

export interface TypeState {
  readonly type: ResourceType;
  readonly naming: Naming;
  readonly subscription: Subscription;
  readonly possession: Possession;
  readonly references: References;
  readonly waiting: Waiting;
  readonly isolation: Isolation;
  /** Names to be judged: what the client has may differ from what it should have. */
  readonly dirty: Set<string>;
  /** Names that must be answered even with what the client has, or with nothing. */
  readonly owed: Set<string>;
  /** Judged: to be sent. */
  readonly changes: Set<string>;
  /** Judged: to be removed. */
  readonly removals: Set<string>;
  /** Judged: gone, but something at the client may still use it. */
  readonly kept: Set<string>;
  /** Versions that this client refused alone, by name. */
  readonly refused: Map<string, string>;
  /** Names the client may remember the bytes of without serving them: the next bytes must differ. */
  readonly tainted: Set<string>;
  /** What existed at the subscription and is neither accepted nor refused nor gone since. */
  readonly firstRound: Set<string>;
  /** Names were judged for the first time, at this time. */
  since: number | undefined;
  /** How many names the client brought along. */
  reported: number;
  /**
   * A response is owed, empty if need be: a new client waits for one to know that there is nothing, and one that comes
   * back with everything counts a stream on which it heard nothing as failed, and waits longer before the next.
   */
  greeting: boolean;
  /** Everything sent gets bytes that the client can't have seen. */
  stampAll: boolean;
  /** Kinds that had something to send when the last response took another. */
  passedOver: readonly Kind[];
}

export interface TypeStateOptions {
  readonly type: ResourceType;
  readonly cache: Cache;
  /** Milliseconds that a resource waits at most for what it requires. */
  readonly patience: number;
  /** Nothing at the client refers to this name of `type.requires` any more; undefined: to any name. */
  freed(name: string | undefined): void;
}

export function createTypeState({ type, cache, patience, freed }: TypeStateOptions): TypeState {
  const refused = new Map<string, string>();
  /** What the client should have under the name. */
  function get(name: string): Resolved {
    const wanted = cache.get(type.url, name);
    if (wanted !== undefined && refused.get(name) !== wanted.version) return wanted;
    const newest = wanted ?? cache.rejection(type.url, name)?.resource;
    const standIn = newest?.standIn?.();
    const has = possession.expects(name);
    if (standIn !== undefined && (has === undefined || has === standIn.version)) return standIn;
    return wanted ?? (newest === undefined ? undefined : 'withheld');
  }
  const references = createReferences(freed);
  const possession = createPossession(references);
  return {
    type,
    naming: type.onDemand === undefined ? plainNaming(get) : onDemandNaming(type.onDemand, get),
    subscription: createSubscription({ wildcard: type.wildcard }),
    possession,
    references,
    waiting: createWaiting({ patience }),
    isolation: createIsolation(),
    dirty: new Set(),
    owed: new Set(),
    changes: new Set(),
    removals: new Set(),
    kept: new Set(),
    refused,
    tainted: new Set(),
    firstRound: new Set(),
    since: undefined,
    reported: 0,
    greeting: false,
    stampAll: false,
    passedOver: [],
  };
}

/** The client has no interest in the name any more, and what was known about it is void. */
export function forget(state: TypeState, name: string): void {
  state.possession.forget(name);
  state.naming.forget(name);
  state.waiting.done(name);
  state.isolation.forget(name);
  state.refused.delete(name);
  state.firstRound.delete(name);
  for (const names of [state.dirty, state.owed, state.changes, state.removals, state.kept])
    names.delete(name);
}
