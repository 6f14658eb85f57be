// One status, written through conflicts: what is planned is sent, and planned anew when the object has changed.
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy } from '../dag/problems.ts';
import type { KubeApi } from '../kube/api.ts';
import type { Resource } from '../kube/resources.ts';
import type { Outcome, Rank } from '../runtime/keyed-queue.ts';
import type { RawObject } from '../store/events.ts';
import type { Mirror, Mirrored } from './mirror.ts';
import type { StatusObserver } from './observer.ts';
import type { Pace } from './pace.ts';
import { isConflict, isGone, type Troubles } from './troubles.ts';

/** A write to do, planned from the state as it is now. */
export interface Task {
  readonly kind: 'write';
  readonly mirrored: Mirrored;
  /** A merge patch with the object's resourceVersion. */
  readonly content: RawObject;
  /** The server took it. */
  written?(): void;
  /** It failed, or its answer is lost. */
  failed?(error: unknown): void;
}

/** What is written to the objects of one kind. */
export interface Plans {
  readonly resource: Resource;
  readonly troubles: Troubles;
  plan(key: ObjectKey, rank: Rank): Task | Outcome;
}

export interface Run {
  readonly signal: AbortSignal;
  readonly rank: Rank;
}

export interface AttemptOptions {
  readonly api: Pick<KubeApi, 'get' | 'patchStatus'>;
  readonly mirror: Mirror;
  readonly pace: Pace;
  readonly observer: StatusObserver;
}

interface Failed {
  readonly mirrored: Mirrored;
  readonly error: unknown;
  readonly signal: AbortSignal;
}

/** So often in a row the object may change under a write before that counts as a failure. */
const mostConflicts = 5;

export function createAttempt({ api, mirror, pace, observer }: AttemptOptions) {
  async function patch(key: ObjectKey, { resource, troubles }: Plans, task: Task, signal: AbortSignal) {
    const answer = await api.patchStatus(resource, namedBy(key), task.content, signal);
    mirror.refresh(key, task.mirrored.uid, answer);
    troubles.succeeded(key);
    pace.written(key);
    observer.written?.(resource.kind);
    task.written?.();
  }

  /** After a conflict or 404. Undefined: the object is known as it is now; plan again. */
  async function readAgain(
    key: ObjectKey,
    { resource, troubles }: Plans,
    { mirrored, error: cause, signal }: Failed,
  ): Promise<Outcome | undefined> {
    let object: RawObject | undefined;
    try {
      object = await api.get(resource, namedBy(key), signal);
    } catch (error) {
      if (signal.aborted) return { kind: 'again', afterMs: 0 };
      return troubles.outcomeOf(key, mirrored, error);
    }
    // If it is gone, the watch says so and ends this: a 404 may be that of a gateway, and pass.
    if (object === undefined) return { kind: 'retry', error: cause };
    if (!mirror.refresh(key, mirrored.uid, object)) return { kind: 'done' };
    return isGone(cause) ? troubles.withoutStatus(key, cause) : undefined;
  }

  /** Until the plan is done, or waits. */
  return async (key: ObjectKey, plans: Plans, { signal, rank }: Run): Promise<Outcome> => {
    for (let conflicts = 0; ; conflicts++) {
      const task = plans.plan(key, rank);
      if (task.kind !== 'write') return task;
      try {
        await patch(key, plans, task, signal);
        return { kind: 'done' };
      } catch (error) {
        task.failed?.(error);
        const { mirrored } = task;
        if (signal.aborted) return { kind: 'again', afterMs: 0 };
        if (!isConflict(error) && !isGone(error)) return plans.troubles.outcomeOf(key, mirrored, error);
        if (isConflict(error)) observer.conflict?.(plans.resource.kind);
        const outcome = await readAgain(key, plans, { mirrored, error, signal });
        if (outcome) return outcome;
        if (conflicts >= mostConflicts) return { kind: 'retry', error };
      }
    }
  };
}
