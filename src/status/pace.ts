// How often a status is written for the sake of what changes with other users' objects.
import type { ObjectKey } from '../dag/objects.ts';
import type { Clock } from '../runtime/clock.ts';

/** Between such a write and the one before it, of whatever kind, in milliseconds. */
export const paceMs = 1_000;

/** Remembers only what was written within the last second. */
export class Pace {
  readonly #clock: Pick<Clock, 'now'>;
  /** When each object was written, the oldest first. */
  readonly #written = new Map<ObjectKey, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#written.size;
  }

  written(object: ObjectKey): void {
    const now = this.#clock.now();
    this.#written.delete(object);
    this.#written.set(object, now);
    for (const [oldest, at] of this.#written) {
      if (now - at < paceMs) return;
      this.#written.delete(oldest);
    }
  }

  /** For how many milliseconds to wait with the next such write; 0: write. */
  holdMs(object: ObjectKey): number {
    const at = this.#written.get(object);
    return at === undefined ? 0 : Math.max(0, at + paceMs - this.#clock.now());
  }
}
