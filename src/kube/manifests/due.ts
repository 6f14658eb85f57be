// Paths that are due to be looked at: each once, at its time, in slices that let other work have its turn.
import type { Clock } from '../../runtime/clock.ts';

/** Work on due paths for this long, in milliseconds, before others get their turn. */
const sliceMs = 10;

export interface DueQueue {
  /** Hands out `path` in `ms` milliseconds; replaces an earlier plan for it. */
  plan(path: string, ms: number): void;
  close(): void;
}

/**
 * `work` gets each path when it is due; `rest` is called after every slice.
 */
export function createDueQueue(options: {
  readonly clock: Clock;
  work(path: string): void;
  rest(): void;
}): DueQueue {
  const { clock } = options;
  const plans = new Map<string, number>();
  let wakeAt = Number.POSITIVE_INFINITY;
  let cancel = () => {};
  let closed = false;

  function wake(at: number): void {
    if (closed || at >= wakeAt) return;
    cancel();
    wakeAt = at;
    cancel = clock.after(Math.max(0, at - clock.now()), slice);
  }

  function slice(): void {
    wakeAt = Number.POSITIVE_INFINITY;
    if (closed) return;
    const end = clock.now() + sliceMs;
    let next = Number.POSITIVE_INFINITY;
    // Timers may fire a fraction of a millisecond early.
    const now = clock.now() + 0.5;
    for (const [path, at] of plans) {
      if (at > now) continue;
      if (clock.now() >= end) break;
      plans.delete(path);
      options.work(path);
    }
    for (const at of plans.values()) next = Math.min(next, at);
    options.rest();
    if (Number.isFinite(next)) wake(next);
  }

  return {
    plan(path, ms) {
      const at = clock.now() + ms;
      plans.set(path, at);
      wake(at);
    },
    close() {
      closed = true;
      cancel();
      plans.clear();
    },
  };
}
