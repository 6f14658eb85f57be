// Tells users by Events when an object turns invalid or back: at a bounded rate, and newest news only.
import type { CurrentStatus } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy } from '../dag/problems.ts';
import { ApiError, type KubeApi } from '../kube/api.ts';
import { resources } from '../kube/resources.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { createKeyedQueue, type Outcome } from '../runtime/keyed-queue.ts';
import type { Log } from '../runtime/log.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { BackPressure, isAskedFor } from './back-pressure.ts';
import { type EventFacts, eventOf } from './event.ts';
import type { Mirrored } from './mirror.ts';
import type { StatusObserver } from './observer.ts';
import { TokenBucket } from './token-bucket.ts';
import { WaitingNews } from './waiting-news.ts';

export interface EventSenderOptions {
  readonly api: Pick<KubeApi, 'create'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  readonly observer: StatusObserver;
  readonly instance: string;
  /** The server asks for a pause of so many milliseconds: statuses wait, too. */
  pauseAll(ms: number): void;
}

/** What an object is now, said in the words of its verdict. */
export interface News {
  readonly currentStatus: CurrentStatus;
  readonly reason: string;
  readonly note: string;
  readonly generation: number | undefined;
}

export interface EventSender extends Runnable {
  /** Newer news of an object replaces what has not been sent. */
  tell(object: ObjectKey, mirrored: Mirrored, news: News): void;
  pause(ms: number): void;
}

/** Of the whole process. */
const rate = { burst: 50, perSecond: 5 };
/** Most objects whose news wait; beyond, the oldest of the namespace that has most is dropped. */
const mostWaiting = 1_000;
/** Codes after which the same request may succeed. */
const transient: ReadonlySet<number> = new Set([500, 502, 503, 504]);

export function createEventSender(options: EventSenderOptions): EventSender {
  const { api, clock, random, log, observer } = options;
  const backPressure = new BackPressure(random);
  const bucket = new TokenBucket(rate, clock);
  const waiting = new WaitingNews<EventFacts>(mostWaiting);
  let denialTold = false;

  const queue = createKeyedQueue<ObjectKey>({
    name: 'events',
    work: send,
    workers: 1,
    ...{ clock, random },
    failed(object, error, retryMs) {
      const { kind } = namedBy(object);
      observer.failed?.('Event', error instanceof ApiError ? error.code : 0, retryMs === undefined);
      log.debug(`an Event about a ${kind} was not created: ${messageOf(error)}`);
    },
  });

  async function send(object: ObjectKey, signal: AbortSignal): Promise<Outcome> {
    const facts = waiting.get(object);
    if (facts === undefined) return { kind: 'done' };
    const emptyMs = bucket.take();
    if (emptyMs > 0) {
      queue.pause(emptyMs);
      return { kind: 'again', afterMs: 0 };
    }
    const outcome = await create(facts, signal);
    const isOver = outcome.kind === 'done' || outcome.kind === 'giveUp';
    if (isOver && waiting.get(object) === facts) waiting.delete(object);
    return outcome;
  }

  async function create(facts: EventFacts, signal: AbortSignal): Promise<Outcome> {
    try {
      await api.create(resources.events, eventOf(facts), signal);
    } catch (error) {
      return outcomeOf(error);
    }
    backPressure.answered();
    denialTold = false;
    observer.event?.(namedBy(facts.object).kind);
    return { kind: 'done' };
  }

  function outcomeOf(error: unknown): Outcome {
    if (!(error instanceof ApiError)) return { kind: 'retry', error };
    const pauseMs = backPressure.pauseMs(error);
    if (pauseMs !== undefined) {
      observer.failed?.('Event', error.code, false);
      if (isAskedFor(error)) options.pauseAll(pauseMs);
      queue.pause(pauseMs);
      return { kind: 'again', afterMs: 0 };
    }
    backPressure.answered();
    // The same Event was told before.
    if (error.code === 409) return { kind: 'done' };
    if (isTerminating(error)) return { kind: 'done' };
    if (transient.has(error.code)) return { kind: 'retry', error };
    if (error.code === 403 && error.reason === 'Forbidden' && !denialTold) {
      denialTold = true;
      log.warn(`${messageOf(error)}; users see no Events until a role allows: create events.events.k8s.io`);
    }
    return { kind: 'giveUp', error };
  }

  return {
    name: 'events',
    run: (signal) => queue.run(signal),
    pause: (ms) => queue.pause(ms),
    tell(object, { uid, resourceVersion }, { currentStatus, ...news }) {
      const type = currentStatus === 'valid' ? 'Normal' : 'Warning';
      const { instance } = options;
      const facts = { object, uid, resourceVersion, ...news, type, at: clock.date(), instance } as const;
      const dropped = waiting.put(object, facts);
      if (dropped) observer.eventDropped?.(namedBy(dropped).kind);
      queue.add(object, 'other');
    },
  };
}

/** The API server's answer to whoever creates something in a namespace that is being deleted. */
const isTerminating = ({ code, message }: ApiError): boolean =>
  code === 403 && message.includes('because it is being terminated');
