// What every step of a run shares: where it works, how it is interrupted, where it tells its progress.
import { systemClock } from '../../src/runtime/clock.ts';
import { wait } from '../../src/testing/deadline.ts';

export interface Session {
  /** Aborted by Ctrl-C, and when a program ends that the run needs; the reason says which. */
  readonly signal: AbortSignal;
  /** Scratch folder of this run. */
  readonly directory: string;
  /** Ends the run: a program that it needs is gone. */
  readonly fail: (reason: Error) => void;
  /** One line of progress. */
  readonly say: (text: string) => void;
}

export interface Until {
  /** What is waited for, as it stands after "waited 60 s for". */
  readonly what: string;
  /** Milliseconds until it fails. */
  readonly within: number;
  /** Milliseconds between two tries; default 2. */
  readonly every?: number;
}

/** Monotonic milliseconds. */
export const now = systemClock.now;

/**
 * Tries until `attempt` returns undefined; anything else says what was seen instead. Rejects at the deadline with
 * both, and at once when the session ends.
 */
export async function until(
  { signal }: Session,
  { what, within, every = 2 }: Until,
  attempt: () => Promise<string | undefined>,
): Promise<void> {
  const end = now() + within;
  for (;;) {
    signal.throwIfAborted();
    const seen = await attempt();
    if (seen === undefined) return;
    if (now() >= end)
      throw new Error(`waited ${Math.round(within / 1000)} s for ${what}; last seen: ${seen}`);
    await wait(every);
  }
}

/** Waits; rejects at its end if the session has ended. */
export async function pause({ signal }: Session, milliseconds: number): Promise<void> {
  await wait(milliseconds);
  signal.throwIfAborted();
}

const progressEvery = 2000;

/** Says how much of a long piece of work is done, every two seconds; the returned function counts one more. */
export function counter({ say }: Session, what: string, total: number): () => void {
  let done = 0;
  let last = now();
  return () => {
    done += 1;
    if (done < total && now() - last < progressEvery) return;
    last = now();
    say(`${what}: ${done} of ${total}`);
  };
}
