// When an Ingress has news for its users. Its status has no place for them, so there are only Events.
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { News } from './events.ts';

export class IngressNews {
  /** What was said of every Ingress that is invalid, and of which object of the name. */
  readonly #told = new Map<ObjectKey, { readonly note: string; readonly uid: string | undefined }>();

  /** Undefined: nothing new. Other words for what is wrong are news, too. */
  of(object: ObjectKey, verdict: Verdict | undefined): News | undefined {
    const before = this.#told.get(object);
    this.#told.delete(object);
    if (verdict === undefined) return undefined;
    const { currentStatus, description: note, generation, problems, uid } = verdict;
    if (currentStatus !== 'valid') this.#told.set(object, { note, uid });
    // The deletion of the object before may never have been seen: what was said of that one is not known of this one.
    const known = before?.uid === uid ? before?.note : undefined;
    if (known === this.#told.get(object)?.note) return undefined;
    const reason = currentStatus === 'valid' ? 'Valid' : (problems[0]?.code ?? 'Invalid');
    return { currentStatus, reason, note, generation };
  }
}
