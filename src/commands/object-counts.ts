// The objects in numbers, for metrics.
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import type { Kind, ObjectKey } from '../dag/objects.ts';
import { judgedKinds, readKinds } from '../ops/metrics/labels.ts';
import type { ObjectCount } from '../ops/metrics/serving.ts';

/** `read`: how many objects the store has of each kind. */
export function* objectCounts(
  verdicts: Iterable<Verdict>,
  read: ReadonlyMap<Kind, number>,
): Iterable<ObjectCount> {
  const counts = new Map<string, number>();
  for (const { object, currentStatus } of verdicts) {
    const label = labelOf(kindOf(object), currentStatus);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  for (const kind of judgedKinds)
    for (const validity of ['valid', 'invalid', 'orphaned'] as const)
      yield { kind, validity, count: counts.get(labelOf(kind, validity)) ?? 0 };
  for (const kind of readKinds) yield { kind, validity: 'none', count: read.get(kind) ?? 0 };
}

const labelOf = (kind: string, validity: CurrentStatus): string => `${kind} ${validity}`;
const kindOf = (key: ObjectKey): string => key.slice(0, key.indexOf('/'));
