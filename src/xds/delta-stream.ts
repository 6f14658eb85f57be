// The protocol state of one delta stream with all its types: requests and changes go in, responses come out. It does
// no I/O and has no clock; whoever pumps it owns both.
import { answer } from './answer.ts';
import type { Cache } from './cache.ts';
import { choose, type Room, render, sizeOf } from './compose.ts';
import { subscribe } from './interest.ts';
import { settle } from './judge.ts';
import type { DeltaRequest, DeltaResponse, SentResource, StreamEnd } from './message.ts';
import type { StreamObserver } from './observer.ts';
import { createRelations, earliest, type StreamRelations } from './relations.ts';
import type { Resource, ResourceType } from './resource.ts';
import { createTypeState, type TypeState } from './type-state.ts';

export interface StreamLimits {
  /** Milliseconds that a resource waits at most for what it requires. Default 5,000. */
  readonly patience: number;
  /** Bytes handed over for writing and not flushed, over all types. Default 8 MiB. */
  readonly unsentBytes: number;
  /** Bytes of one response; a single larger resource goes alone. Default 4 MiB. */
  readonly responseBytes: number;
  /** Names that a client may ask for or report, over all types. Default 500,000. */
  readonly names: number;
}

/** What holds unless an option says otherwise. */
export const defaultLimits: StreamLimits = {
  patience: 5_000,
  unsentBytes: 8 * 1024 * 1024,
  responseBytes: 4 * 1024 * 1024,
  names: 500_000,
};

export interface DeltaStreamOptions {
  readonly cache: Cache;
  /** In the order in which changes are sent. */
  readonly types: readonly ResourceType[];
  /** Starts the generations of this stream. No other stream, of this or an earlier run, may have the same. */
  readonly generation: string;
  readonly observer?: StreamObserver;
  readonly limits?: Partial<StreamLimits>;
}

export interface DeltaStream {
  /** A request came. Answers why the stream must end, or nothing. */
  request(request: DeltaRequest): StreamEnd | undefined;
  /** The cache changed: what its listeners are told. */
  changed(touched: ReadonlyMap<string, ReadonlySet<string>>): void;
  /** So many bytes of what `take` handed out are written. */
  flushed(bytes: number): void;
  /**
   * Responses to write now, in this order. `now` in milliseconds of any clock that never goes back. To be called
   * after every other input, and at the deadline.
   */
  take(now: number): readonly DeltaResponse[];
  /** When `take` must be called next if nothing else happens before. */
  deadline(): number | undefined;
}

export function createDeltaStream(options: DeltaStreamOptions): DeltaStream {
  const { cache, observer = {} } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const states = new Map<string, TypeState>();
  let sequence = 0;
  let generations = 0;
  let unsent = 0;
  let reconnected = false;

  for (const type of options.types) {
    const freed = (name: string | undefined) => relations.freed(state, name);
    const state = createTypeState({ type, cache, patience: limits.patience, freed });
    states.set(type.url, state);
  }
  const relations: StreamRelations = createRelations({
    cache,
    states,
    patience: limits.patience,
    reconnected: () => reconnected,
  });

  function refuse(request: DeltaRequest): StreamEnd | undefined {
    if (!/^[^/\s]+\/[^/\s]+$/.test(request.type)) {
      return { code: 'INVALID_ARGUMENT', message: 'type_url is not of the form host/type' };
    }
    let names = request.subscribe.length + request.initialVersions.size;
    for (const state of states.values()) names += state.subscription.size + state.reported;
    if (names <= limits.names) return undefined;
    return { code: 'RESOURCE_EXHAUSTED', message: `more than ${limits.names} names on one stream` };
  }

  /** An Envoy that comes back may remember the bytes of scopes that it refused, from us or an earlier run. */
  function reconnect(): void {
    reconnected = true;
    for (const state of states.values()) state.stampAll = true;
  }

  function request(message: DeltaRequest): StreamEnd | undefined {
    const end = refuse(message);
    if (end !== undefined) return end;
    const state = states.get(message.type);
    if (state === undefined) {
      observer.unknownType?.(message.type);
      return undefined;
    }
    const first = !state.subscription.started;
    if (first && message.initialVersions.size > 0) reconnect();
    if (message.nonce !== '') answer(state, message, { cache, observer, settled: relations.settled });
    subscribe(state, cache, message, sequence);
    if (first) relations.freed(state, undefined);
    return undefined;
  }

  function changed(touched: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const [url, names] of touched) {
      const state = states.get(url);
      if (state?.subscription.started !== true) continue;
      for (const name of names) {
        for (const client of state.naming.touched(name)) {
          if (state.subscription.wants(client)) state.dirty.add(client);
        }
        relations.settled(state, name);
      }
    }
  }

  function settleAll(now: number): void {
    relations.expire(now);
    for (const state of states.values()) {
      for (const name of state.waiting.expire(now)) state.dirty.add(name);
    }
    do for (const state of states.values()) settle(state, cache, relations, now);
    while (dirty());
  }

  /** Judging one type may free names of another. */
  function dirty(): boolean {
    return [...states.values()].some((state) => state.subscription.started && state.dirty.size > 0);
  }

  function room(): Room {
    return { bytes: Math.min(limits.responseBytes, limits.unsentBytes - unsent), empty: unsent === 0 };
  }

  function next(state: TypeState, now: number): DeltaResponse | 'full' | undefined {
    if (!state.subscription.started) return undefined;
    if (state.possession.inFlight > 0 && !state.type.pipelined) return undefined;
    const pending = state.changes.size + state.removals.size > 0 || state.isolation.pending || state.greeting;
    if (!pending || !relations.open(state, now)) return undefined;
    const choice = choose(state, { relations, room: room(), now });
    if (choice?.kind === 'full') return 'full';
    if (choice === undefined) return undefined;
    state.greeting = false;
    sequence += 1;
    if (choice.kind === 'changes') return sendChanges(state, choice.names);
    return sendRemovals(state, choice.kind === 'removals' ? choice.names : []);
  }

  function sendChanges(state: TypeState, names: readonly string[]): DeltaResponse {
    generations += 1;
    const generation = () => `${options.generation}.${generations}`;
    const sent = new Map<string, Resource>();
    const resources: SentResource[] = [];
    for (const name of names) {
      const resource = state.naming.resolve(name);
      if (resource === undefined || resource === 'withheld') continue;
      if (state.possession.expects(name) === undefined) relations.chill(state, resource, sequence);
      resources.push(render(state, name, resource, generation));
      sent.set(name, resource);
      state.changes.delete(name);
      state.owed.delete(name);
      state.waiting.done(name);
    }
    state.possession.fly({ sequence, sent, removed: [] });
    return respond(state, resources, []);
  }

  function sendRemovals(state: TypeState, names: readonly string[]): DeltaResponse {
    for (const name of names) {
      state.removals.delete(name);
      state.owed.delete(name);
      const rules = state.type.onDemand;
      if (rules === undefined || rules.lasting?.(name) === true) continue;
      // Envoy drops a name that it asked for on demand when it is told that there is nothing, and says no more.
      state.subscription.drop(name);
      state.naming.forget(name);
    }
    state.possession.fly({ sequence, sent: new Map(), removed: names });
    return respond(state, [], names);
  }

  function respond(
    state: TypeState,
    resources: readonly SentResource[],
    removed: readonly string[],
  ): DeltaResponse {
    let size = sizeOf(state.type.url, 0);
    for (const { name, bytes } of resources) size += sizeOf(name, bytes.length);
    for (const name of removed) size += sizeOf(name, 0);
    unsent += size;
    observer.sent?.(state.type.url, [...resources.map(({ name }) => name), ...removed], size);
    return { type: state.type.url, nonce: String(sequence), resources, removed, size };
  }

  return {
    request,
    changed,
    flushed(bytes) {
      unsent -= bytes;
    },
    take(now) {
      const responses: DeltaResponse[] = [];
      if (!cache.open) return responses;
      do {
        settleAll(now);
        for (const state of states.values()) {
          for (let response = next(state, now); response !== undefined; response = next(state, now)) {
            if (response === 'full') return responses;
            responses.push(response);
          }
        }
      } while (dirty());
      return responses;
    },
    deadline() {
      if (!cache.open) return undefined;
      const waits = [...states.values()].map((state) => state.waiting.deadline());
      return earliest([...waits, relations.deadline()]);
    },
  };
}
