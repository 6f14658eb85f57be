// The Kubernetes objects in a converted document: lists unfolded, identity checked, namespace defaulted.
import type { RawObject } from '../../store/events.ts';

/** One object of a manifest file. */
export interface ManifestObject {
  readonly object: RawObject;
  /** Equal for the same object in whatever file and API version. */
  readonly id: string;
  /** `Kind namespace/name`, for messages. */
  readonly title: string;
  /** Line of its document in the file, from 1. */
  readonly line: number;
}

/** A value that is no object with an identity, and where in the document it is (empty: the document itself). */
export interface Misfit {
  readonly path: string;
  readonly message: string;
}

/** Of objects that say none, as for kubectl. */
export const defaultNamespace = 'default';

/** What the objects of a document are given. */
export interface Given {
  /** Of the document in its file, from 1. */
  readonly line: number;
  /** Of objects that say none. */
  readonly namespace: string;
}

/** Kinds that we read and that have no namespace. */
const clusterScoped: ReadonlySet<string> = new Set(['IngressClass']);

const isRecord = (value: unknown): value is RawObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Unfolds `List` and `XList` at any depth; the items of an `XList` may leave out kind and apiVersion. */
export function objectsIn(document: unknown, given: Given): { objects: ManifestObject[]; misfits: Misfit[] } {
  const objects: ManifestObject[] = [];
  const misfits: Misfit[] = [];
  const pending: { readonly value: unknown; readonly path: string }[] = [{ value: document, path: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, path } = next;
    const misfit = (message: string) => misfits.push({ path, message });
    if (!isRecord(value)) {
      misfit('this is no Kubernetes object; it needs apiVersion, kind and metadata.name');
    } else if (!isName(value.kind)) {
      misfit('the object has no kind');
    } else if (!isName(value.apiVersion)) {
      misfit(`the ${value.kind} has no apiVersion`);
    } else if (Array.isArray(value.items) && value.kind.endsWith('List')) {
      const items = itemsOf(value, value.kind, value.apiVersion, value.items);
      for (let i = items.length - 1; i >= 0; i--)
        pending.push({ value: items[i], path: `${path === '' ? '' : `${path}.`}items[${i}]` });
    } else if (!isRecord(value.metadata) || !isName(value.metadata.name)) {
      misfit(`the ${value.kind} has no metadata.name`);
    } else if (value.metadata.name.includes('/')) {
      misfit(`the ${value.kind} has a metadata.name with a "/"`);
    } else if (typeof (value.metadata.namespace ?? '') !== 'string') {
      misfit(`the ${value.kind} has a metadata.namespace that is no text`);
    } else {
      objects.push(identified(value, value.kind, value.apiVersion, value.metadata, given));
    }
  }
  return { objects, misfits };
}

function itemsOf(list: RawObject, kind: string, apiVersion: string, items: readonly unknown[]): unknown[] {
  const itemKind = kind.slice(0, -'List'.length);
  if (itemKind === '') return [...items];
  const inherited = { apiVersion, kind: itemKind };
  return items.map((item) => (isRecord(item) && list !== item ? { ...inherited, ...item } : item));
}

function identified(
  object: RawObject,
  kind: string,
  apiVersion: string,
  metadata: RawObject,
  given: Given,
): ManifestObject {
  const own = isName(metadata.namespace) ? metadata.namespace : given.namespace;
  const namespace = clusterScoped.has(kind) ? '' : own;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const complete =
    namespace === '' || metadata.namespace === namespace
      ? object
      : { ...object, metadata: { ...metadata, namespace } };
  const name = String(metadata.name);
  return {
    object: complete,
    id: JSON.stringify([group, kind, namespace, name]),
    title: namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
    line: given.line,
  };
}
