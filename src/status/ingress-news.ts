// When an Ingress has news for its users. Its status has no place for them, so there are only Events.
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { News } from './events.ts';

export class IngressNews {
  /** The description of every Ingress that is invalid. */
  readonly #told = new Map<ObjectKey, string>();

  /** Undefined: nothing new. Other words for what is wrong are news, too. */
  of(object: ObjectKey, verdict: Verdict | undefined): News | undefined {
    const before = this.#told.get(object);
    if (verdict === undefined || verdict.currentStatus === 'valid') this.#told.delete(object);
    else this.#told.set(object, verdict.description);
    if (before === this.#told.get(object) || verdict === undefined) return undefined;
    const { currentStatus, description, generation, problems } = verdict;
    const reason = currentStatus === 'valid' ? 'Valid' : (problems[0]?.code ?? 'Invalid');
    return { currentStatus, reason, note: description, generation };
  }
}
