// The verdict on every IngressRoute as its status: when it is written, and what its users hear of it.
import { equal } from '../dag/equal.ts';
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import { resources } from '../kube/resources.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Outcome, Rank } from '../runtime/keyed-queue.ts';
import type { Plans, Task } from './attempt.ts';
import type { News } from './events.ts';
import { LiftedRefusals } from './lifted-refusals.ts';
import type { Mirror, Mirrored } from './mirror.ts';
import type { StatusObserver } from './observer.ts';
import type { Pace } from './pace.ts';
import { statusPatch } from './patch.ts';
import { RouteNews } from './route-news.ts';
import { type OwnStatus, ownStatus } from './status.ts';
import type { Troubles } from './troubles.ts';
import { fingerprint, isSameFingerprint } from './written.ts';

export interface RouteStatusesOptions {
  readonly clock: Clock;
  readonly mirror: Mirror;
  readonly pace: Pace;
  readonly troubles: Troubles;
  readonly observer: StatusObserver;
  tell(key: ObjectKey, mirrored: Mirrored, news: News | undefined): void;
}

export class RouteStatuses implements Plans {
  readonly resource = resources.ingressRoutes;
  readonly troubles: Troubles;
  readonly #options: RouteStatusesOptions;
  readonly #verdicts = new Map<ObjectKey, Verdict>();
  readonly #news = new RouteNews();
  readonly #lifted: LiftedRefusals;

  constructor(options: RouteStatusesOptions) {
    this.#options = options;
    this.troubles = options.troubles;
    this.#lifted = new LiftedRefusals(options.clock);
  }

  /** In which rank it is to be written; undefined: not at all. */
  judged(key: ObjectKey, verdict: Verdict | undefined): Rank | undefined {
    const before = this.#verdicts.get(key);
    if (verdict === undefined) {
      this.#verdicts.delete(key);
      return undefined;
    }
    this.#verdicts.set(key, verdict);
    if (this.#isEdited(verdict)) return 'urgent';
    return isSameValidity(before, verdict) ? 'late' : 'other';
  }

  /** Another object has the name, or none. */
  replaced(key: ObjectKey): void {
    this.#news.forget(key);
  }

  forget(key: ObjectKey): void {
    this.#lifted.forget(key);
    this.troubles.forget(key);
  }

  /** There is a verdict on the object as it is, and its status says something else. */
  isWrong(key: ObjectKey): boolean {
    const mirrored = this.#options.mirror.get(key);
    const verdict = this.#verdicts.get(key);
    if (!mirrored || !verdict || !isJudged(mirrored, verdict)) return false;
    return !isSameFingerprint(fingerprint(ownStatus(verdict)), mirrored.status?.fingerprint);
  }

  plan(key: ObjectKey, rank: Rank): Task | Outcome {
    const { mirror, observer, pace, tell } = this.#options;
    const mirrored = mirror.get(key);
    const verdict = this.#verdicts.get(key);
    if (!mirrored || !verdict || !isJudged(mirrored, verdict)) return { kind: 'done' };
    if (this.troubles.isFinal(key, mirrored)) return { kind: 'done' };
    const afterMs = Math.max(this.#lifted.holdMs(verdict, mirrored), this.troubles.holdMs(key));
    const own = ownStatus(verdict);
    const [ours, theirs] = [fingerprint(own), mirrored.status?.fingerprint];
    if (isSameFingerprint(ours, theirs)) {
      observer.unchanged?.(this.resource.kind);
      tell(key, mirrored, this.#news.found(key, own));
      return { kind: 'done' };
    }
    if (afterMs > 0) return { kind: 'again', afterMs };
    if (rank !== 'late' && ours.validity !== theirs?.validity) return this.#task(key, own, mirrored);
    const paceMs = pace.holdMs(key);
    const isItsTurn = rank === 'late' && paceMs === 0;
    return isItsTurn ? this.#task(key, own, mirrored) : { kind: 'again', afterMs: paceMs, rank: 'late' };
  }

  #task(key: ObjectKey, own: OwnStatus, mirrored: Mirrored): Task {
    const { clock, tell } = this.#options;
    const { status: before, resourceVersion } = mirrored;
    return {
      kind: 'write',
      mirrored,
      content: statusPatch(own, { before, resourceVersion, at: clock.date() }),
      written: () => tell(key, mirrored, this.#news.written(key, before, own)),
      failed: (error) => this.#news.failed(key, before, error),
    };
  }

  /** Somebody made or changed the object and has no answer yet. */
  #isEdited({ object, generation }: Verdict): boolean {
    const mirrored = this.#options.mirror.get(object);
    return mirrored !== undefined && mirrored.status?.observedGeneration !== generation;
  }
}

/** They differ only in what changes with other users' objects as well (`Extent`). */
const isSameValidity = (before: Verdict | undefined, after: Verdict): boolean =>
  before !== undefined &&
  equal(before, {
    ...after,
    problemsCount: before.problemsCount,
    reachedFrom: before.reachedFrom,
    reachedFromCount: before.reachedFromCount,
  });

/** Another generation, or another object of the name, has a verdict of its own on the way; this one says nothing of it. */
const isJudged = (mirrored: Mirrored, verdict: Verdict): boolean =>
  isSame(mirrored.uid, verdict.uid) && isSame(mirrored.generation, verdict.generation);

const isSame = <T>(a: T | undefined, b: T | undefined): boolean =>
  a === b || a === undefined || b === undefined;
