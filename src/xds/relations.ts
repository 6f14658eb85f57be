// Order between types, on one stream and per name: make before break, and one type's start after another's. Never a
// gate per type: one tenant's slow cluster would hold up everybody's routes.
import type { Cache } from './cache.ts';
import type { Relations } from './judge.ts';
import type { Resource } from './resource.ts';
import type { TypeState } from './type-state.ts';
import type { Blocker } from './waiting.ts';

export interface StreamRelations extends Relations {
  /** The type may be answered now: what must come first has come. */
  open(state: TypeState, now: number): boolean;
  /** A name was accepted or refused, or changed in the cache: who waited for it is judged again if it is ready. */
  settled(state: TypeState, name: string): void;
  /** Nothing of this type refers to the name (undefined: to any) any more; what was kept for it is judged again. */
  freed(state: TypeState, name: string | undefined): void;
  /** The client is about to make this, so what warms it must be accepted anew. */
  chill(state: TypeState, resource: Resource, sequence: number): void;
  /** Gives up waiting for types that the client should have asked for by now. */
  expire(now: number): void;
  /** The next time that `open` or `needed` answers differently by itself. */
  deadline(): number | undefined;
}

export interface RelationsOptions {
  readonly cache: Cache;
  readonly states: ReadonlyMap<string, TypeState>;
  /** Milliseconds that one type is held up at most because another isn't subscribed yet. */
  readonly patience: number;
  /** The client came with resources of an earlier stream. */
  reconnected(): boolean;
}

export function createRelations(options: RelationsOptions): StreamRelations {
  const { cache, states, patience } = options;
  const opened = new Set<TypeState>();
  const closedSince = new Map<TypeState, number>();
  const gaveUp = new Set<TypeState>();
  const find = (url: string | undefined) => (url === undefined ? undefined : states.get(url));
  const all = [...states.values()];
  const dependantsOf = new Map(
    all.map((state) => [state, all.filter((other) => other.type.requires === state.type.url)]),
  );
  const warmedOf = new Map(
    all.map((state) => [state, all.filter((other) => other.type.warmedBy === state.type.url)]),
  );

  /**
   * Ready: it doesn't exist or this client refuses it (waiting would not help), or it is warm: what warms it is
   * accepted, or else it is itself (Envoy withholds the ACK of all clusters while any of them warms).
   */
  function unready(required: TypeState, name: string): Blocker | undefined {
    const resource = cache.get(required.type.url, name);
    if (resource === undefined || required.refused.get(name) === resource.version) return undefined;
    const warming = resource.warmedBy === undefined ? undefined : find(required.type.warmedBy);
    const warmedBy = warming === undefined ? undefined : resource.warmedBy;
    const ready =
      warming === undefined || warmedBy === undefined
        ? required.possession.ready(name)
        : warming.possession.ready(warmedBy);
    return ready ? undefined : { name, warmedBy };
  }

  function release(dependant: TypeState, required: TypeState, name: string): void {
    const names = dependant.waiting.blocked(name);
    if (names === undefined || unready(required, name) !== undefined) return;
    for (const waiting of names) dependant.dirty.add(waiting);
  }

  /**
   * A reconnecting client's references are known only when it has asked for the type that refers; until then
   * anything it has may be in use.
   */
  function unknownUntil(state: TypeState): number | undefined {
    if (!options.reconnected() || state.since === undefined || gaveUp.has(state)) return undefined;
    const unheard = dependantsOf.get(state)?.some((dependant) => !dependant.subscription.started);
    return unheard === true ? state.since + patience : undefined;
  }

  /** How long the type stays closed if the client never asks for what must come first. */
  function closedUntil(state: TypeState): number | undefined {
    const since = closedSince.get(state);
    if (since === undefined || opened.has(state)) return undefined;
    return find(state.type.after)?.subscription.started === true ? undefined : since + patience;
  }

  function passed(state: TypeState, after: TypeState, now: number): boolean {
    if (after.subscription.started) return after.since !== undefined && after.firstRound.size === 0;
    const since = closedSince.get(state) ?? now;
    closedSince.set(state, since);
    return now >= since + patience;
  }

  const relations: StreamRelations = {
    blocker(state, resource) {
      const required = find(state.type.requires);
      if (required === undefined || !required.subscription.started) return undefined;
      for (const name of resource.requires) {
        const blocker = unready(required, name);
        if (blocker !== undefined) return blocker;
      }
      return undefined;
    },
    needed(state, name, now) {
      if (now < (unknownUntil(state) ?? now)) return true;
      return dependantsOf.get(state)?.some((dependant) => dependant.references.has(name)) ?? false;
    },
    open(state, now) {
      if (opened.has(state)) return true;
      const after = find(state.type.after);
      if (after !== undefined && !passed(state, after, now)) return false;
      opened.add(state);
      return true;
    },
    settled(state, name) {
      for (const dependant of dependantsOf.get(state) ?? []) release(dependant, state, name);
      for (const warmed of warmedOf.get(state) ?? []) {
        for (const dependant of dependantsOf.get(warmed) ?? []) {
          for (const blocker of dependant.waiting.warmedBy(name)) release(dependant, warmed, blocker);
        }
      }
    },
    freed(state, name) {
      const required = find(state.type.requires);
      if (required === undefined) return;
      if (name === undefined) for (const kept of required.kept) required.dirty.add(kept);
      else if (required.kept.has(name)) required.dirty.add(name);
    },
    chill(state, resource, sequence) {
      if (resource.warmedBy !== undefined)
        find(state.type.warmedBy)?.possession.doubt(resource.warmedBy, sequence);
    },
    expire(now) {
      const over = (time: number | undefined) => time !== undefined && time <= now;
      for (const state of all) {
        if (over(closedUntil(state))) opened.add(state);
        if (!over(unknownUntil(state))) continue;
        gaveUp.add(state);
        for (const name of state.kept) state.dirty.add(name);
      }
    },
    deadline() {
      const times = all.flatMap((state) => [
        closedUntil(state),
        state.kept.size === 0 ? undefined : unknownUntil(state),
      ]);
      return earliest(times);
    },
  };
  return relations;
}

/** The least of the times that are given. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  let least: number | undefined;
  for (const time of times) if (time !== undefined && (least === undefined || time < least)) least = time;
  return least;
}
