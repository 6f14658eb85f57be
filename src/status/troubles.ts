// What becomes of a status that could not be written, and what operators learn of it.
import type { ObjectKey } from '../dag/objects.ts';
import { namedBy } from '../dag/problems.ts';
import { ApiError } from '../kube/api.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Outcome } from '../runtime/keyed-queue.ts';
import type { Log } from '../runtime/log.ts';
import { BackPressure } from './back-pressure.ts';
import { Denials, denialMs } from './denials.ts';
import type { Mirrored } from './mirror.ts';
import type { StatusObserver } from './observer.ts';
import { TokenBucket } from './token-bucket.ts';

export interface TroublesOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  readonly observer: StatusObserver;
  /** What to do about a denial: what to allow. */
  readonly remedy: string;
  pauseAll(ms: number): void;
}

export interface Troubles {
  outcomeOf(key: ObjectKey, mirrored: Mirrored, error: unknown): Outcome;
  /** The object is there while its status is not: of a CRD, or of one of several servers, that is not up to date. */
  withoutStatus(key: ObjectKey, error: unknown): Outcome;
  succeeded(key: ObjectKey): void;
  /** For how many milliseconds not to write the object. */
  holdMs(key: ObjectKey): number;
  /** Whether the server refused the status of this generation of the object for good. */
  isFinal(key: ObjectKey, mirrored: Mirrored): boolean;
  /** The object is deleted. */
  forget(key: ObjectKey): void;
  /** For the queue. */
  failed(key: ObjectKey, error: unknown, retryMs: number | undefined): void;
}

export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.code === 409;
export const isGone = (error: unknown): boolean => error instanceof ApiError && error.code === 404;

/** Codes by which the server says that it will never take this request. */
const final: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/** Lines of log about single objects: thousands may have the same trouble. */
const logRate = { burst: 10, perSecond: 0.2 };
/** The pause after an object was there and its status was not, in milliseconds. */
const withoutStatusMs = 30_000;

const codeOf = (error: unknown): number => (error instanceof ApiError ? error.code : 0);

export function createTroubles({
  clock,
  random,
  log,
  observer,
  remedy,
  pauseAll,
}: TroublesOptions): Troubles {
  const backPressure = new BackPressure(random);
  const denials = new Denials(clock);
  const refused = new Map<ObjectKey, Pick<Mirrored, 'uid' | 'generation'>>();
  /** How often in a row the object was there and its status was not. */
  const withoutStatus = new Map<ObjectKey, number>();
  const lines = new TokenBucket(logRate, clock);

  function say(message: string): void {
    if (lines.take() === 0) log.warn(message);
    else log.debug(message);
  }

  function outcomeOf(key: ObjectKey, { uid, generation }: Mirrored, error: unknown): Outcome {
    if (!(error instanceof ApiError)) return { kind: 'retry', error };
    const pauseMs = backPressure.pauseMs(error);
    if (pauseMs !== undefined) {
      failed(key, error, pauseMs);
      pauseAll(pauseMs);
      return { kind: 'again', afterMs: 0 };
    }
    backPressure.answered();
    if (final.has(error.code)) {
      refused.set(key, { uid, generation });
      return { kind: 'giveUp', error };
    }
    if (error.code !== 403) return { kind: 'retry', error };
    if (denials.denied(namedBy(key).namespace)) log.warn(`${messageOf(error)}; ${remedy}; trying again`);
    return { kind: 'retry', error, afterMs: jittered(denialMs) };
  }

  /** Thousands that wait for the same moment don't all come at it. */
  const jittered = (ms: number): number => (ms > 0 ? ms * (1 + random() / 5) : 0);

  function failed(key: ObjectKey, error: unknown, retryMs: number | undefined): void {
    const { kind, namespace, name } = namedBy(key);
    observer.failed?.(kind, codeOf(error), retryMs === undefined);
    // Of a denial its namespace is told, and a deleted object is no trouble.
    if (codeOf(error) === 403 || isGone(error)) return;
    const next = retryMs === undefined ? 'not tried again until the object changes' : 'trying again';
    say(`status of ${kind} ${namespace}/${name} is not written: ${messageOf(error)}; ${next}`);
  }

  return {
    outcomeOf,
    failed,
    withoutStatus(key, error) {
      const times = (withoutStatus.get(key) ?? 0) + 1;
      withoutStatus.set(key, times);
      const { kind, namespace, name } = namedBy(key);
      if (times === 2)
        say(
          `status of ${kind} ${namespace}/${name} is not written: the CustomResourceDefinition has no status subresource; apply the one in crds/; trying again`,
        );
      return { kind: 'retry', error, afterMs: jittered(withoutStatusMs) };
    },
    succeeded(key) {
      withoutStatus.delete(key);
      backPressure.answered();
      denials.allowed(namedBy(key).namespace);
    },
    holdMs: (key) => jittered(denials.holdMs(namedBy(key).namespace)),
    isFinal(key, { uid, generation }) {
      const found = refused.get(key);
      return found !== undefined && found.uid === uid && found.generation === generation;
    },
    forget: (key) => {
      refused.delete(key);
      withoutStatus.delete(key);
    },
  };
}
