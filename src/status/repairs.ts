// A status that somebody else overwrote is put right: a former replica's last write, or another controller's.
import type { ObjectKey } from '../dag/objects.ts';
import type { Clock } from '../runtime/clock.ts';

/** The wait before the first repair and the longest, in milliseconds: with each repair of an object it doubles. */
const firstMs = 1_000;
const mostMs = 5 * 60_000;
/** After so long without a repair an object's wait is the first again, in milliseconds. */
const forgottenAfterMs = 60 * 60_000;

interface Repaired {
  times: number;
  at: number;
  cancel: (() => void) | undefined;
}

/** With waits that grow two controllers that contradict each other cost the cluster next to nothing. */
export class Repairs {
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #repair: (object: ObjectKey) => boolean;
  readonly #objects = new Map<ObjectKey, Repaired>();

  /** `repair` is called after the wait. False: there was nothing to repair any more, which doesn't count. */
  constructor(clock: Pick<Clock, 'now' | 'after'>, repair: (object: ObjectKey) => boolean) {
    this.#clock = clock;
    this.#repair = repair;
  }

  overwritten(object: ObjectKey): void {
    const now = this.#clock.now();
    const found = this.#objects.get(object);
    if (found?.cancel) return;
    const known = found && now - found.at < forgottenAfterMs ? found : { times: 0, at: now };
    const ms = Math.min(mostMs, firstMs * 2 ** known.times);
    const cancel = this.#clock.after(ms, () => this.#due(object));
    this.#objects.set(object, { ...known, cancel });
  }

  forget(object: ObjectKey): void {
    this.#objects.get(object)?.cancel?.();
    this.#objects.delete(object);
  }

  #due(object: ObjectKey): void {
    const found = this.#objects.get(object);
    if (found === undefined) return;
    found.cancel = undefined;
    if (this.#repair(object)) {
      found.times++;
      found.at = this.#clock.now();
    } else if (found.times === 0) this.#objects.delete(object);
  }
}
