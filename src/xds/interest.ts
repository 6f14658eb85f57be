// What a request's subscriptions change in the state of its type.
import type { Cache } from './cache.ts';
import type { DeltaRequest } from './message.ts';
import { forget, type TypeState } from './type-state.ts';

/** Takes over what the request asks for. `sequence` is that of the last response sent. */
export function subscribe(state: TypeState, cache: Cache, request: DeltaRequest, sequence: number): void {
  const first = !state.subscription.started;
  const reported = first ? request.initialVersions : new Map<string, string>();
  for (const [name, version] of reported) {
    state.possession.report(name, version);
    state.dirty.add(name);
  }
  state.reported += reported.size;
  const { asked, dropped, wildcard } = state.subscription.apply(request);
  for (const name of dropped) forget(state, name);
  if (wildcard === 'ended') forgetUnwanted(state, cache);
  if (wildcard === 'began') {
    for (const name of cache.names(state.type.url)) state.dirty.add(name);
    state.greeting = first;
  }
  for (const name of asked) {
    state.naming.ask(name);
    state.dirty.add(name);
    // A client that reconnects subscribes to all it has and tells the versions: that asks for nothing again.
    if (!reported.has(name)) ask(state, name, sequence);
  }
}

/**
 * "The server must respond with all resources listed in resource_names_subscribe, even if it believes the client
 * has the most recent version of them" (discovery.proto, DeltaDiscoveryRequest).
 */
function ask(state: TypeState, name: string, sequence: number): void {
  state.owed.add(name);
  state.possession.outdate(name);
  state.possession.doubt(name, sequence);
}

function forgetUnwanted(state: TypeState, cache: Cache): void {
  for (const name of [...state.possession.names(), ...cache.names(state.type.url)]) {
    if (!state.subscription.wants(name)) forget(state, name);
  }
}
