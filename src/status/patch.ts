// The merge patch that turns the status in the cluster into ours. Pure.
import type { RawObject } from '../store/events.ts';
import type { OwnStatus } from './status.ts';
import type { WrittenStatus } from './written.ts';

export interface PatchFacts {
  /** What the cluster has; undefined: no status. */
  readonly before: WrittenStatus | undefined;
  /** The patch fails with a conflict if the object has another one. Undefined: it holds for any. */
  readonly resourceVersion: string | undefined;
  /** When the condition got its status, if that is new. */
  readonly at: Date;
}

/**
 * Removes our fields that went away, by null. Lists are replaced as a whole, so others' conditions are in it;
 * others' fields are not, and stay.
 */
export function statusPatch(own: OwnStatus, { before, resourceVersion, at }: PatchFacts): RawObject {
  const gone = before === undefined ? undefined : null;
  const since = before?.valid?.status === own.condition.status ? before.valid.since : undefined;
  const condition = {
    type: 'Valid',
    status: own.condition.status,
    ...(own.observedGeneration === undefined ? {} : { observedGeneration: own.observedGeneration }),
    lastTransitionTime: since ?? seconds(at),
    reason: own.condition.reason,
    message: own.condition.message,
  };
  const status = {
    currentStatus: own.currentStatus,
    description: own.description,
    observedGeneration: own.observedGeneration ?? gone,
    conditions: [...(before?.others ?? []), condition],
    problems: own.problems.length > 0 ? own.problems : gone,
    problemsCount: own.problemsCount ?? gone,
    reachedFrom: own.reachedFrom.length > 0 ? own.reachedFrom : gone,
    reachedFromCount: own.reachedFromCount ?? gone,
  };
  const fields = Object.entries(status).filter(([, value]) => value !== undefined);
  return {
    ...(resourceVersion === undefined ? {} : { metadata: { resourceVersion } }),
    status: Object.fromEntries(fields),
  };
}

/** metav1.Time has no fractions of a second. */
const seconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
