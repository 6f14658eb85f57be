// Writes the verdict on every IngressRoute into its status, once for each change, and tells Events.
import { equal } from '../dag/equal.ts';
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy } from '../dag/problems.ts';
import type { KubeApi } from '../kube/api.ts';
import { resources } from '../kube/resources.ts';
import type { Clock } from '../runtime/clock.ts';
import { createKeyedQueue, type KeyedQueue, type Outcome, type Rank } from '../runtime/keyed-queue.ts';
import type { Log } from '../runtime/log.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { ObjectEvent, RawObject } from '../store/events.ts';
import { createEventSender, type EventSender, type News } from './events.ts';
import { IngressNews } from './ingress-news.ts';
import { LiftedRefusals } from './lifted-refusals.ts';
import { Mirror, type Mirrored } from './mirror.ts';
import type { StatusObserver } from './observer.ts';
import { Pace } from './pace.ts';
import { statusPatch } from './patch.ts';
import { Repairs } from './repairs.ts';
import { RouteNews } from './route-news.ts';
import { type OwnStatus, ownStatus } from './status.ts';
import { createTroubles, isConflict, isGone, type Troubles } from './troubles.ts';
import { fingerprint, isSameFingerprint } from './written.ts';

export interface StatusWriterOptions {
  readonly api: Pick<KubeApi, 'get' | 'patchStatus' | 'create'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  readonly observer?: StatusObserver;
  /** How many statuses are written at a time; default 8. */
  readonly concurrency?: number;
  /** What Events name as their reporter: the pod's name. */
  readonly instance: string;
}

/** Remembers while it doesn't run, and writes only while it runs: a replica that takes over is up to date. */
export interface StatusWriter extends Runnable {
  /** Every batch of the source, before the pipeline has it: what the cluster says of the objects. */
  observe(events: readonly ObjectEvent[]): void;
  /** Starts the first writes before it returns. Undefined: no status of ours is written any more. */
  verdicts(changed: ReadonlyMap<ObjectKey, Verdict | undefined>): void;
}

/** So often in a row the object may change under a write before that counts as a failure. */
const mostConflicts = 5;

const resource = resources.ingressRoutes;

interface Failed {
  readonly error: unknown;
  readonly signal: AbortSignal;
}

interface Run {
  readonly signal: AbortSignal;
  readonly rank: Rank;
}

interface Task {
  readonly kind: 'write';
  readonly own: OwnStatus;
  readonly mirrored: Mirrored;
}

export const createStatusWriter = (options: StatusWriterOptions): StatusWriter => new Writer(options);

class Writer implements StatusWriter {
  readonly name = 'status writer';
  readonly #api: StatusWriterOptions['api'];
  readonly #clock: Clock;
  readonly #observer: StatusObserver;
  readonly #mirror = new Mirror();
  readonly #verdicts = new Map<ObjectKey, Verdict>();
  readonly #ingressNews = new IngressNews();
  readonly #routeNews = new RouteNews();
  readonly #lifted: LiftedRefusals;
  readonly #troubles: Troubles;
  readonly #events: EventSender;
  readonly #queue: KeyedQueue<ObjectKey>;
  readonly #repairs: Repairs;
  readonly #pace: Pace;
  #runs = false;

  constructor({ api, clock, random, log, observer = {}, concurrency = 8, instance }: StatusWriterOptions) {
    this.#api = api;
    this.#clock = clock;
    this.#observer = observer;
    this.#lifted = new LiftedRefusals(clock);
    this.#repairs = new Repairs(clock, (key) => this.#repair(key));
    this.#pace = new Pace(clock);
    const pauseAll = (ms: number): void => {
      this.#queue.pause(ms);
      this.#events.pause(ms);
    };
    this.#events = createEventSender({ api, clock, random, log, observer, instance, pauseAll });
    const troubles = createTroubles({ clock, random, log, observer, pauseAll });
    this.#troubles = troubles;
    this.#queue = createKeyedQueue<ObjectKey>({
      name: 'status writes',
      work: (key, signal, rank) => this.#write(key, { signal, rank }),
      workers: concurrency,
      ...{ clock, random },
      failed: troubles.failed,
      sized: (size) => observer.waiting?.(size),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#runs = true;
    await Promise.all([this.#queue.run(signal), this.#events.run(signal)]);
    this.#runs = false;
  }

  observe(happened: readonly ObjectEvent[]): void {
    for (const event of happened) {
      const change = this.#mirror.apply(event);
      if (change === undefined) continue;
      if (change.now?.uid !== change.before?.uid) this.#routeNews.forget(change.key);
      if (change.now === undefined) {
        this.#lifted.forget(change.key);
        this.#troubles.forget(change.key);
        this.#repairs.forget(change.key);
      } else if (isOverwritten(change.now, change.before) && this.#isWrong(change.key)) {
        this.#repairs.overwritten(change.key);
      }
    }
  }

  verdicts(changed: ReadonlyMap<ObjectKey, Verdict | undefined>): void {
    const later: [ObjectKey, Rank][] = [];
    for (const [key, verdict] of changed) {
      if (key.startsWith('Ingress/')) this.#tellOfIngress(key, verdict);
      if (!key.startsWith('IngressRoute/')) continue;
      const before = this.#verdicts.get(key);
      if (verdict) this.#verdicts.set(key, verdict);
      else this.#verdicts.delete(key);
      if (verdict && this.#isEdited(verdict)) this.#queue.add(key, 'urgent');
      else if (verdict) later.push([key, isSameValidity(before, verdict) ? 'late' : 'other']);
    }
    for (const [key, rank] of later) this.#queue.add(key, rank);
  }

  #tellOfIngress(key: ObjectKey, verdict: Verdict | undefined): void {
    const news = this.#ingressNews.of(key, verdict);
    this.#tell(key, this.#mirror.get(key), news);
  }

  #tell(key: ObjectKey, mirrored: Mirrored | undefined, news: News | undefined): void {
    if (mirrored && news) this.#events.tell(key, mirrored, news);
  }

  /** Somebody made or changed the object and has no answer yet. */
  #isEdited({ object, generation }: Verdict): boolean {
    const mirrored = this.#mirror.get(object);
    return mirrored !== undefined && mirrored.status?.observedGeneration !== generation;
  }

  /** There is a verdict on the object as it is, and its status says something else. */
  #isWrong(key: ObjectKey): boolean {
    const mirrored = this.#mirror.get(key);
    const verdict = this.#verdicts.get(key);
    if (!mirrored || !verdict || !isJudged(mirrored, verdict)) return false;
    return !isSameFingerprint(fingerprint(ownStatus(verdict)), mirrored.status?.fingerprint);
  }

  /** What is queued already is written anyway, and is no repair: then somebody else's change may have been ours. */
  #repair(key: ObjectKey): boolean {
    if (!this.#isWrong(key)) return false;
    const isQueued = this.#queue.has(key);
    this.#queue.add(key, 'other');
    return this.#runs && !isQueued;
  }

  async #write(key: ObjectKey, { signal, rank }: Run): Promise<Outcome> {
    for (let conflicts = 0; ; conflicts++) {
      const task = this.#plan(key, rank);
      if (task.kind !== 'write') return task;
      try {
        return await this.#patch(key, task, signal);
      } catch (error) {
        this.#routeNews.failed(key, task.mirrored.status, error);
        if (signal.aborted) return { kind: 'again', afterMs: 0 };
        if (!isConflict(error) && !isGone(error)) return this.#troubles.outcomeOf(key, task.mirrored, error);
        if (isConflict(error)) this.#observer.conflict?.(resource.kind);
        const outcome = await this.#readAgain(key, task.mirrored, { error, signal });
        if (outcome) return outcome;
        if (conflicts >= mostConflicts) return { kind: 'retry', error };
      }
    }
  }

  /** What there is to do, from the state as it is now. */
  #plan(key: ObjectKey, rank: Rank): Task | Outcome {
    const mirrored = this.#mirror.get(key);
    const verdict = this.#verdicts.get(key);
    if (!mirrored || !verdict || !isJudged(mirrored, verdict)) return { kind: 'done' };
    if (this.#troubles.isFinal(key, mirrored)) return { kind: 'done' };
    const afterMs = Math.max(this.#lifted.holdMs(verdict, mirrored), this.#troubles.holdMs(key));
    const own = ownStatus(verdict);
    const [ours, theirs] = [fingerprint(own), mirrored.status?.fingerprint];
    if (isSameFingerprint(ours, theirs)) {
      this.#observer.unchanged?.(resource.kind);
      this.#tell(key, mirrored, this.#routeNews.found(key, own));
      return { kind: 'done' };
    }
    if (afterMs > 0) return { kind: 'again', afterMs };
    if (rank !== 'late' && ours.validity !== theirs?.validity) return { kind: 'write', own, mirrored };
    const paceMs = this.#pace.holdMs(key);
    const isItsTurn = rank === 'late' && paceMs === 0;
    return isItsTurn ? { kind: 'write', own, mirrored } : { kind: 'again', afterMs: paceMs, rank: 'late' };
  }

  async #patch(key: ObjectKey, { own, mirrored }: Task, signal: AbortSignal): Promise<Outcome> {
    const { status: before, resourceVersion, uid } = mirrored;
    const content = statusPatch(own, { before, resourceVersion, at: this.#clock.date() });
    const answer = await this.#api.patchStatus(resource, namedBy(key), content, signal);
    this.#mirror.refresh(key, uid, answer);
    this.#troubles.succeeded(key);
    this.#pace.written(key);
    this.#observer.written?.(resource.kind);
    this.#tell(key, mirrored, this.#routeNews.written(key, before, own));
    return { kind: 'done' };
  }

  /** After a conflict or 404. Undefined: the object is known as it is now; plan again. */
  async #readAgain(key: ObjectKey, mirrored: Mirrored, failed: Failed): Promise<Outcome | undefined> {
    let object: RawObject | undefined;
    try {
      object = await this.#api.get(resource, namedBy(key), failed.signal);
    } catch (error) {
      if (failed.signal.aborted) return { kind: 'again', afterMs: 0 };
      return this.#troubles.outcomeOf(key, mirrored, error);
    }
    // If it is gone, the watch says so and ends this: a 404 may be that of a gateway, and pass.
    if (object === undefined) return { kind: 'retry', error: failed.error };
    if (!this.#mirror.refresh(key, mirrored.uid, object)) return { kind: 'done' };
    return isGone(failed.error) ? this.#troubles.withoutStatus(key, failed.error) : undefined;
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

/** Or an echo of a write of ours: then it says what we say, now or when the next echoes are here. */
const isOverwritten = (now: Mirrored, before: Mirrored | undefined): boolean =>
  before !== undefined &&
  before.uid === now.uid &&
  !isSameFingerprint(before.status?.fingerprint, now.status?.fingerprint);

const isSame = <T>(a: T | undefined, b: T | undefined): boolean =>
  a === b || a === undefined || b === undefined;
