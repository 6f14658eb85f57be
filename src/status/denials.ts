// Namespaces that we may not write to: all but a few attempts there are spared until somebody grants it.
import type { Clock } from '../runtime/clock.ts';

/** How long a denied namespace is left alone, in milliseconds. */
export const denialMs = 30_000;

/** A webhook may deny one object; so many denials in a row are taken for a missing permission. */
const inRow = 3;

interface Denied {
  times: number;
  until: number;
}

export class Denials {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #denied = new Map<string, Denied>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** True if no denial is known so far: this one is news. */
  denied(namespace: string): boolean {
    const news = this.#denied.size === 0;
    const times = (this.#denied.get(namespace)?.times ?? 0) + 1;
    this.#denied.set(namespace, { times, until: this.#clock.now() + denialMs });
    return news;
  }

  allowed(namespace: string): void {
    this.#denied.delete(namespace);
  }

  /** For how many milliseconds to write nothing there; 0: go on. */
  holdMs(namespace: string): number {
    const denied = this.#denied.get(namespace);
    if (denied === undefined || denied.times < inRow) return 0;
    return Math.max(0, denied.until - this.#clock.now());
  }
}
