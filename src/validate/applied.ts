// Objects of files as they would be in the cluster once they are applied.
import { isJsonObject } from '../dag/decode/fields.ts';
import { typeOf } from '../dag/decode/index.ts';
import type { RawObject } from '../store/events.ts';

export interface Applying {
  /** What the cluster has. */
  readonly cluster: Iterable<RawObject>;
  /** When they are applied: a new object is no older than this. */
  readonly now: Date;
}

/**
 * An object that the cluster has keeps its identity and its age, with which it keeps its claims on hosts; a new one has
 * none. What a file says of these is of another cluster, or of another time.
 */
export function asApplied(files: readonly RawObject[], { cluster, now }: Applying): RawObject[] {
  const wanted = new Set(files.map(identity));
  const existing = new Map<string, RawObject>();
  for (const object of cluster) {
    const id = identity(object);
    if (wanted.has(id)) existing.set(id, metadataOf(object));
  }
  return files.map((object) => {
    const { uid, creationTimestamp } = existing.get(identity(object)) ?? {
      uid: undefined,
      creationTimestamp: now.toISOString(),
    };
    return { ...object, metadata: { ...metadataOf(object), uid, creationTimestamp } };
  });
}

/** Of the kinds that are read, one version each. */
function identity(object: RawObject): string {
  const { namespace = '', name = '' } = metadataOf(object);
  return JSON.stringify([typeOf(object), namespace, name]);
}

const metadataOf = ({ metadata }: RawObject): RawObject => (isJsonObject(metadata) ? metadata : {});
