// When an IngressRoute has news for its users: its status turned to something else than they know.
import type { CurrentStatus } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import { ApiError } from '../kube/api.ts';
import type { News } from './events.ts';
import type { OwnStatus } from './status.ts';
import type { WrittenStatus } from './written.ts';

export class RouteNews {
  /** What users know of objects whose status may have been written without an answer. */
  readonly #known = new Map<ObjectKey, CurrentStatus>();

  /** A write over `before` failed. The server may have done it all the same, and a gateway lost the answer. */
  failed(object: ObjectKey, before: WrittenStatus | undefined, error: unknown): void {
    const isDenied = error instanceof ApiError && error.code !== 0 && error.code < 500;
    if (!isDenied && !this.#known.has(object)) this.#known.set(object, statusOf(before));
  }

  /** Our status was written over `before`. Undefined: nothing new. */
  written(object: ObjectKey, before: WrittenStatus | undefined, own: OwnStatus): News | undefined {
    const known = this.#known.get(object) ?? statusOf(before);
    this.#known.delete(object);
    return known === own.currentStatus ? undefined : newsOf(own);
  }

  /** Our status is there already. Undefined: nothing new, unless a write without an answer made it so. */
  found(object: ObjectKey, own: OwnStatus): News | undefined {
    return this.#known.has(object) ? this.written(object, undefined, own) : undefined;
  }

  forget(object: ObjectKey): void {
    this.#known.delete(object);
  }
}

/** Of an object without a status users expect nothing but that it is valid. */
const statusOf = (status: WrittenStatus | undefined): CurrentStatus => status?.currentStatus ?? 'valid';

const newsOf = ({ currentStatus, condition, description, observedGeneration }: OwnStatus): News => ({
  currentStatus,
  reason: condition.reason,
  note: description,
  generation: observedGeneration,
});
