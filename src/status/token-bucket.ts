// A rate with bursts.
import type { Clock } from '../runtime/clock.ts';

export interface Rate {
  /** So many at once after a quiet time. */
  readonly burst: number;
  readonly perSecond: number;
}

export class TokenBucket {
  readonly #rate: Rate;
  readonly #clock: Pick<Clock, 'now'>;
  #tokens: number;
  #filledAt: number;

  constructor(rate: Rate, clock: Pick<Clock, 'now'>) {
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = rate.burst;
    this.#filledAt = clock.now();
  }

  /** Takes a token and answers 0, or answers after how many milliseconds there is one. */
  take(): number {
    const { burst, perSecond } = this.#rate;
    const now = this.#clock.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1_000);
    this.#filledAt = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1_000) / perSecond);
    this.#tokens--;
    return 0;
  }
}
