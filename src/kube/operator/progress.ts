// What has to be there before the first host is built, and what is still missing.
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { pause } from '../../runtime/pause.ts';
import type { Reflector } from '../reflector/reflector.ts';

/** `naming`: the kinds that say which Secrets are needed. `other`: what is synced beside them. */
export type Group = 'naming' | 'other';

export interface ProgressOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Once, when all of `naming` have synced. */
  onNamed(): void;
  /** Once, when everything has synced. */
  onSynced(): void;
}

/** Between two lines about what is still waited for, in milliseconds. */
const tellMs = 10_000;
/** Reasons of one line; there may be seven kinds in each of hundreds of namespaces. */
const mostTold = 5;

export class Progress {
  readonly #options: ProgressOptions;
  readonly #waiting = new Map<Pick<Reflector, 'waiting'>, Group>();
  #complete = false;
  #named = false;
  #synced = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  expect(part: Pick<Reflector, 'waiting'>, group: Group): void {
    this.#waiting.set(part, group);
  }

  /** Nothing more will be expected, except by `onNamed`. */
  complete(): void {
    this.#complete = true;
    this.#check();
  }

  reached(part: Pick<Reflector, 'waiting'>): void {
    this.#waiting.delete(part);
    this.#check();
  }

  /** What is not synced yet and why, a line for each reason; empty: all is. */
  waiting(): readonly string[] {
    return [...new Set([...this.#waiting.keys()].flatMap((part) => part.waiting() ?? []))];
  }

  /** A line now and then until all is synced, so that a wrong role is found in the log. */
  async tell(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const started = clock.now();
    for (;;) {
      await pause(clock, tellMs, signal);
      if (signal.aborted || this.#synced) return;
      const reasons = this.waiting();
      const more = reasons.length > mostTold ? `; and ${reasons.length - mostTold} more` : '';
      const seconds = Math.round((clock.now() - started) / 1000);
      log.warn(`not ready after ${seconds} s, waiting for: ${reasons.slice(0, mostTold).join('; ')}${more}`);
    }
  }

  #check(): void {
    if (!this.#complete) return;
    const groups = new Set(this.#waiting.values());
    if (!this.#named && !groups.has('naming')) {
      this.#named = true;
      this.#options.onNamed();
    }
    if (this.#named && !this.#synced && this.#waiting.size === 0) {
      this.#synced = true;
      this.#options.onSynced();
    }
  }
}
