// How long to wait after a failure, by what kind of failure it is.
import type { ApiErrorFacts } from '../api.ts';

const firstMs = 100;

/**
 * Most milliseconds between two tries. `trouble`: the server or the way to it; once they are back, we are within two
 * seconds. `refused`: what a person has to change, such as RBAC or a missing CRD.
 */
const longestMs = { trouble: 1_500, refused: 10_000 } as const;

/** Most milliseconds that a server can make us wait by Retry-After. */
const longestRetryAfterMs = 60_000;

/** After a failure of the other kind the wait starts over here: neither at once nor where the other kind had come. */
const stepsKept = 3;

/** Doubles from 100 ms, with jitter, so that many replicas don't come back at the same moment. */
export class BackOff {
  readonly #random: () => number;
  #kind: keyof typeof longestMs = 'trouble';
  #steps = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds until the next try. */
  next({ code, retryAfterMs = 0 }: Pick<ApiErrorFacts, 'code' | 'retryAfterMs'>): number {
    const kind = isRefusal(code) ? 'refused' : 'trouble';
    if (kind !== this.#kind) this.#steps = Math.min(this.#steps, stepsKept);
    this.#kind = kind;
    const full = Math.min(longestMs[kind], firstMs * 2 ** this.#steps);
    if (full < longestMs[kind]) this.#steps++;
    return Math.max(full * (0.5 + this.#random() / 2), Math.min(retryAfterMs, longestRetryAfterMs));
  }

  reset(): void {
    this.#steps = 0;
  }
}

/** 4xx, except what passes by itself: time-outs, versions that are too old (a list helps), too many requests. */
const isRefusal = (code: number): boolean =>
  code >= 400 && code < 500 && ![408, 409, 410, 429].includes(code);
