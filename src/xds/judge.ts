// Compares what a client should have with what it has, name by name: state, not events, so nothing is sent twice
// and nothing is missed, in whatever order things happen.
import type { Cache } from './cache.ts';
import type { Resource } from './resource.ts';
import type { TypeState } from './type-state.ts';
import type { Blocker } from './waiting.ts';

/** What other types of the stream say about this one. */
export interface Relations {
  /** The first name that must be ready before the resource is sent and isn't. */
  blocker(state: TypeState, resource: Resource): Blocker | undefined;
  /** Something at the client may use the name, so it can't be removed now. */
  needed(state: TypeState, name: string, now: number): boolean;
}

/** `keep`: it is gone and stays at the client until nothing there uses it. */
export type Verdict =
  | { readonly kind: 'nothing' | 'send' | 'remove' | 'keep' }
  | { readonly kind: 'wait'; readonly blocker: Blocker };

const nothing: Verdict = { kind: 'nothing' };
const send: Verdict = { kind: 'send' };
const remove: Verdict = { kind: 'remove' };
const keep: Verdict = { kind: 'keep' };

/** What is to be done about a name now. */
export function judge(state: TypeState, name: string, relations: Relations, now: number): Verdict {
  const wanted = state.subscription.wants(name) ? state.naming.resolve(name) : undefined;
  if (wanted === undefined) return judgeGone(state, name, relations, now);
  if (wanted === 'withheld' || state.refused.get(name) === wanted.version) {
    return state.owed.has(name) ? remove : nothing;
  }
  if (!state.owed.has(name) && state.possession.expects(name) === wanted.version) return nothing;
  const blocker = state.waiting.overdue(name) ? undefined : relations.blocker(state, wanted);
  return blocker === undefined ? send : { kind: 'wait', blocker };
}

function judgeGone(state: TypeState, name: string, relations: Relations, now: number): Verdict {
  if (state.owed.has(name)) return remove;
  if (state.possession.expects(name) === undefined) return nothing;
  // Of what the client brought along we say that it is gone, also where the client would find out by itself.
  if (!state.type.removals && !state.possession.unrecognised(name)) return nothing;
  return relations.needed(state, name, now) ? keep : remove;
}

/** Judges every dirty name and puts it where it belongs. */
export function settle(state: TypeState, cache: Cache, relations: Relations, now: number): void {
  if (!state.subscription.started) return;
  const first = state.since === undefined;
  state.since ??= now;
  for (const name of state.dirty) {
    state.dirty.delete(name);
    if (state.isolation.has(name)) continue;
    const verdict = judge(state, name, relations, now);
    place(state, name, verdict, now);
    if (first && (verdict.kind === 'send' || verdict.kind === 'wait')) state.firstRound.add(name);
    if (verdict.kind === 'nothing') recognise(state, cache, name);
  }
}

/** Puts a judged name where it belongs. */
function place(state: TypeState, name: string, verdict: Verdict, now: number): void {
  for (const names of [state.changes, state.removals, state.kept]) names.delete(name);
  if (verdict.kind === 'wait') {
    state.waiting.wait(name, verdict.blocker, now);
    return;
  }
  answerOnDemand(state, name);
  if (verdict.kind === 'send') {
    state.changes.add(name);
    return;
  }
  state.waiting.done(name);
  if (verdict.kind === 'remove') state.removals.add(name);
  if (verdict.kind === 'keep') state.kept.add(name);
  if (!state.possession.flying(name)) state.firstRound.delete(name);
  // Gone from the cache, and the refusal with it: should the same version come back, it is tried again.
  if (state.naming.resolve(name) === undefined) state.refused.delete(name);
}

/** What the client reported turns out to be what it should have: it was accepted, though in another life. */
function recognise(state: TypeState, cache: Cache, name: string): void {
  if (!state.possession.unrecognised(name)) return;
  const wanted = state.naming.resolve(name);
  if (wanted === undefined || wanted === 'withheld') return;
  if (state.possession.expects(name) !== wanted.version) return;
  state.possession.recognise(name, wanted);
  cache.accepted(wanted);
}

/** The name takes a place among those that its resource answers; the oldest must go if there are too many. */
function answerOnDemand(state: TypeState, name: string): void {
  if (!state.subscription.wants(name)) return;
  const wanted = state.naming.resolve(name);
  if (wanted === undefined || wanted === 'withheld') return;
  for (const evicted of state.naming.answer(name, wanted)) {
    state.naming.forget(evicted);
    state.subscription.drop(evicted);
    state.owed.add(evicted);
    state.dirty.add(evicted);
  }
}
