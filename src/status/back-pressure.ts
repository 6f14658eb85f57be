// What an error of the API server means for everyone who writes, not only for the object that met it.
import type { ApiError } from '../kube/api.ts';

/** Bounds of what a server may ask for, in milliseconds; zero would make a busy loop. */
const leastAskedMs = 100;
const mostAskedMs = 60_000;
/** For 429 without Retry-After. */
const unaskedMs = 1_000;
/** Between two attempts to reach a server that doesn't answer: short, since all is well once it does. */
const unreachable = { firstMs: 100, mostMs: 1_000 } as const;

/** Whether the server itself asks us to slow down. */
export const isAskedFor = ({ code, retryAfterMs }: Pick<ApiError, 'code' | 'retryAfterMs'>): boolean =>
  code === 429 || (code === 503 && retryAfterMs !== undefined);

export class BackPressure {
  readonly #random: () => number;
  /** Requests in a row without a usable answer. */
  #unanswered = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Call for every answer that is not about the server or our access to it. */
  answered(): void {
    this.#unanswered = 0;
  }

  /**
   * For how many milliseconds nobody should write; undefined: the error concerns one object. 429, 503 with
   * Retry-After: as asked. No answer, or 401 (the token expired): growing.
   */
  pauseMs({ code, retryAfterMs }: ApiError): number | undefined {
    if (isAskedFor({ code, retryAfterMs })) {
      const asked = retryAfterMs ?? unaskedMs;
      return Math.min(mostAskedMs, Math.max(leastAskedMs, asked)) * (1 + this.#random() / 10);
    }
    if (code !== 0 && code !== 401) return undefined;
    const whole = Math.min(unreachable.mostMs, unreachable.firstMs * 2 ** this.#unanswered);
    this.#unanswered++;
    return whole * (1 - this.#random() / 2);
  }
}
