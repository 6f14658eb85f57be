// What a client's answer to a response changes: accepted resources are had and good, refused ones are isolated until
// the culprits are known.
import type { Cache } from './cache.ts';
import type { DeltaRequest } from './message.ts';
import type { StreamObserver } from './observer.ts';
import type { Flight } from './possession.ts';
import type { Resource } from './resource.ts';
import type { TypeState } from './type-state.ts';

export interface AnswerContext {
  readonly cache: Cache;
  readonly observer: StreamObserver;
  /** Others may have waited for this name to be accepted or refused. */
  settled(state: TypeState, name: string): void;
}

/** Takes an answer. One to a stale or made-up nonce is ignored, as the protocol asks. */
export function answer(state: TypeState, request: DeltaRequest, context: AnswerContext): void {
  const flight = state.possession.land(request.nonce);
  if (flight === undefined) return;
  if (request.refusal === undefined || flight.sent.size === 0) accepted(state, flight, context);
  else refused(state, flight, request.refusal, context);
}

function accepted(state: TypeState, flight: Flight, { cache, observer, settled }: AnswerContext): void {
  state.possession.accept(flight, state.subscription.wants);
  for (const name of flight.removed) state.tainted.delete(name);
  for (const [name, resource] of flight.sent) {
    state.tainted.delete(name);
    state.refused.delete(name);
    state.firstRound.delete(name);
    cache.accepted(resource);
    settled(state, name);
  }
  observer.acked?.(state.type.url, [...flight.sent.keys(), ...flight.removed]);
}

function refused(state: TypeState, flight: Flight, reason: string, context: AnswerContext): void {
  state.possession.refuse(flight);
  taint(state, flight);
  context.observer.rejected?.(state.type.url, [...flight.sent.keys()], reason);
  const [only, ...others] = flight.sent;
  if (only !== undefined && others.length === 0) condemn(state, only[0], only[1], reason, context);
  else state.isolation.split([...flight.sent.keys()].filter(state.subscription.wants));
}

/** Refused alone, so it is the culprit and not a neighbour. */
function condemn(
  state: TypeState,
  name: string,
  resource: Resource,
  reason: string,
  { cache, settled }: AnswerContext,
): void {
  state.refused.set(name, resource.version);
  state.firstRound.delete(name);
  state.dirty.add(name);
  // Who asked by name and has nothing would wait for ever: if no other version can be sent, it is told so.
  if (state.subscription.named(name) && state.possession.expects(name) === undefined) state.owed.add(name);
  cache.rejected(resource, reason);
  settled(state, name);
}

/** Beyond this many tainted names everything is stamped, which costs less than remembering them. */
const taintLimit = 10_000;

/**
 * Envoy stores the hash of each scope before it looks at the next one, and keeps it when it refuses the response:
 * the same bytes again are taken for unchanged, accepted and never served.
 */
function taint(state: TypeState, flight: Flight): void {
  if (state.type.stamp === undefined) return;
  for (const name of flight.sent.keys()) state.tainted.add(name);
  if (state.tainted.size <= taintLimit) return;
  state.tainted.clear();
  state.stampAll = true;
}
