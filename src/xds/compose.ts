// Chooses what the next response of a type holds.
import { judge, type Relations } from './judge.ts';
import type { SentResource } from './message.ts';
import type { Resource } from './resource.ts';
import type { Kind, TypeState } from './type-state.ts';

/** How much may be sent now. */
export interface Room {
  /** Bytes. */
  readonly bytes: number;
  /** Nothing is unsent, so one resource may go even if it is larger. */
  readonly empty: boolean;
}

/** What a response will hold. `full`: something is to be sent, but there is no room. */
export type Choice =
  | { readonly kind: 'changes'; readonly names: readonly string[] }
  | { readonly kind: 'removals'; readonly names: readonly string[] }
  | { readonly kind: 'greeting' | 'full' };

/** Bytes that a resource takes beside its name and content: version, type url, tags. */
const overhead = 128;

/** About how much of a response a resource, or the response's own head, takes. */
export const sizeOf = (name: string, bytes: number): number => overhead + name.length + bytes;

/** What a choice is made with. */
export interface ChoiceContext {
  readonly relations: Relations;
  readonly room: Room;
  readonly now: number;
}

const kinds: readonly Kind[] = ['retries', 'changes', 'removals'];

/**
 * Halves of refused responses, then changes, then removals; but what was passed over goes first, so that none can
 * hold up another: neither a tenant with many refused resources nor one with many changes. They never share a
 * response: in a refused one Envoy applies the removals all the same.
 */
export function choose(state: TypeState, context: ChoiceContext): Choice | undefined {
  for (const kind of [...state.passedOver, ...kinds]) {
    const { names, full } = kind === 'retries' ? retry(state, context) : fit(state, state[kind], context);
    if (full) return { kind: 'full' };
    if (names.length === 0) continue;
    state.passedOver = others(state, kind);
    return { kind: kind === 'removals' ? 'removals' : 'changes', names };
  }
  if (!state.greeting || !idle(state)) return undefined;
  const { room } = context;
  return { kind: sizeOf(state.type.url, 0) > room.bytes && !room.empty ? 'full' : 'greeting' };
}

/** Other kinds that have something, the next in turn first. */
function others(state: TypeState, chosen: Kind): readonly Kind[] {
  const after = kinds.indexOf(chosen) + 1;
  const inTurn = [...kinds.slice(after), ...kinds.slice(0, after - 1)];
  return inTurn.filter((kind) => (kind === 'retries' ? state.isolation.pending : state[kind].size > 0));
}

/** Nothing is to be sent, neither now nor later, and nothing is on its way. */
function idle(state: TypeState): boolean {
  return (
    state.dirty.size === 0 &&
    state.waiting.size === 0 &&
    state.kept.size === 0 &&
    state.possession.inFlight === 0
  );
}

interface Fitting {
  readonly names: readonly string[];
  /** How many names of the source are dealt with. */
  readonly looked: number;
  /** There is something to send, and no room for it. */
  readonly full: boolean;
}

/** The next group of a refused response that still has something to send. */
function retry(state: TypeState, context: ChoiceContext): Fitting {
  while (state.isolation.pending) {
    const group = state.isolation.next();
    const fitting = fit(state, group, context);
    state.isolation.postpone(group.slice(fitting.looked));
    if (fitting.full || fitting.names.length > 0) return fitting;
  }
  return { names: [], looked: 0, full: false };
}

/**
 * The first names of a source that make a response. They are judged once more: while they waited for their turn,
 * what they require may have come to be without being ready, or something may have come to use what is to go. What
 * is no longer to be sent becomes dirty.
 */
function fit(state: TypeState, source: Iterable<string>, { relations, room, now }: ChoiceContext): Fitting {
  const expected = source === state.removals ? 'remove' : 'send';
  const names: string[] = [];
  let looked = 0;
  let total = sizeOf(state.type.url, 0);
  for (const name of source) {
    if (names.length >= state.type.chunk) break;
    const verdict = judge(state, name, relations, now);
    if (verdict.kind === expected) {
      total += sizeOf(name, expected === 'send' ? contentSize(state, name) : 0);
      const alone = names.length === 0 && room.empty;
      if (total > room.bytes && !alone) return { names, looked, full: names.length === 0 };
      names.push(name);
    } else {
      state[expected === 'remove' ? 'removals' : 'changes'].delete(name);
      state.dirty.add(name);
    }
    looked += 1;
  }
  return { names, looked, full: false };
}

function contentSize(state: TypeState, name: string): number {
  const resource = state.naming.resolve(name);
  return resource === undefined || resource === 'withheld' ? 0 : resource.bytes.length;
}

/** The resource as this client must be sent it. */
export function render(
  state: TypeState,
  name: string,
  resource: Resource,
  generation: () => string,
): SentResource {
  return { name, version: resource.version, bytes: bytesFor(state, name, resource, generation) };
}

function bytesFor(state: TypeState, name: string, resource: Resource, generation: () => string): Uint8Array {
  const { stamp } = state.type;
  if (stamp !== undefined && (state.stampAll || state.tainted.has(name)))
    return state.naming.bytes(name, { ...resource, bytes: stamp(resource, generation()) });
  if (resource.firstBytes !== undefined && state.possession.expects(name) === undefined) {
    return resource.firstBytes();
  }
  return state.naming.bytes(name, resource);
}
