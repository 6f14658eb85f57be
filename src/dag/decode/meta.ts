// The metadata of any object: its identity, and of the annotations only those that are read.
import type { Meta } from '../objects.ts';
import { isJsonObject, type JsonObject, longestText, own } from './fields.ts';

/** Longest name and namespace that Kubernetes allows. */
const longestName = 253;
const prefix = 'contour.heptio.com/';
const others: ReadonlySet<string> = new Set([
  'kubernetes.io/ingress.class',
  'kubernetes.io/ingress.allow-http',
  'ingress.kubernetes.io/force-ssl-redirect',
  'ingressclass.kubernetes.io/is-default-class',
]);

/**
 * Undefined if the object has no usable name or namespace: a string without `/`, so that keys are unambiguous. A
 * namespaced object without namespace is in `default`, as for kubectl.
 */
export function decodeMeta(raw: JsonObject, scope: 'namespaced' | 'cluster'): Meta | undefined {
  const metadata = own(raw, 'metadata');
  if (!isJsonObject(metadata)) return undefined;
  const name = own(metadata, 'name');
  const namespace = scope === 'cluster' ? undefined : own(metadata, 'namespace') || 'default';
  if (!isName(name) || (namespace !== undefined && !isName(namespace))) return undefined;
  const generation = own(metadata, 'generation');
  const resourceVersion = own(metadata, 'resourceVersion');
  const uid = own(metadata, 'uid');
  return {
    namespace: namespace ?? '',
    name,
    created: created(own(metadata, 'creationTimestamp')),
    generation: Number.isSafeInteger(generation) ? Number(generation) : undefined,
    uid: typeof uid === 'string' ? uid : undefined,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : undefined,
    annotations: annotations(own(metadata, 'annotations')),
  };
}

/** The value of a label if it is a string. */
export function labelOf(raw: JsonObject, label: string): string | undefined {
  const metadata = own(raw, 'metadata');
  const labels = isJsonObject(metadata) ? own(metadata, 'labels') : undefined;
  const value = isJsonObject(labels) ? own(labels, label) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= longestName &&
    !value.includes('/') &&
    value.isWellFormed()
  );
}

function created(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function annotations(value: unknown): ReadonlyMap<string, string> {
  const read = new Map<string, string>();
  if (!isJsonObject(value)) return read;
  for (const [key, text] of Object.entries(value)) {
    if (!key.startsWith(prefix) && !others.has(key)) continue;
    if (typeof text === 'string' && text.length <= longestText && text.isWellFormed()) read.set(key, text);
  }
  return read;
}
