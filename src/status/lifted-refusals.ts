// A refusal by Envoy ends when the configuration changes; whether Envoy takes the new one is known when it answers.
// Until then the status in the cluster stands, or it would turn valid and invalid again with every change.
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Mirrored } from './mirror.ts';

/** How long Envoys get for their answer, in milliseconds: after our restart they have to come back first. */
export const answerMs = 10_000;

export class LiftedRefusals {
  readonly #clock: Pick<Clock, 'now'>;
  /** Until when an object's status stands. */
  readonly #until = new Map<ObjectKey, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** For how many milliseconds the verdict is not written; never if a user edited the object. */
  holdMs(verdict: Verdict, { status }: Mirrored): number {
    const isLifted = verdict.currentStatus === 'valid' && status?.valid?.reason === 'EnvoyRefused';
    if (!isLifted || status.observedGeneration !== verdict.generation) {
      this.forget(verdict.object);
      return 0;
    }
    const now = this.#clock.now();
    const until = this.#until.get(verdict.object) ?? now + answerMs;
    this.#until.set(verdict.object, until);
    return Math.max(0, until - now);
  }

  forget(object: ObjectKey): void {
    this.#until.delete(object);
  }
}
