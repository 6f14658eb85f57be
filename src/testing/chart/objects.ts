// Rendered objects, and what tests look for in them.
import { parseAllDocuments } from 'yaml';
import { isObject, type Json, objectAt, objectsAt, textAt } from '../raw.ts';
import { render } from './helm.ts';

/** Every object of a rendering. */
export const objectsOf = (text: string): readonly Json[] =>
  parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter(isObject);

/** Every object that is rendered with these values. */
export const renderObjects = async (values: object = {}, release?: string): Promise<readonly Json[]> =>
  objectsOf(await render(values, release));

/** Throws if there is none. */
export function object(objects: readonly Json[], kind: string, name: string): Json {
  const found = objects.find(
    (one) => one.kind === kind && textAt(objectAt(one, 'metadata') ?? {}, 'name') === name,
  );
  if (found === undefined) throw new Error(`no ${kind} ${name} is rendered`);
  return found;
}

/** What stands at a path of keys; throws on the way if there is nothing. */
export function at(json: Json, ...path: readonly string[]): Json {
  const [key, ...rest] = path;
  if (key === undefined) return json;
  const next = objectAt(json, key);
  if (next === undefined) throw new Error(`there is no ${key} in ${JSON.stringify(json)}`);
  return at(next, ...rest);
}

/** The pod of a Deployment, DaemonSet or Job; undefined for other kinds. */
export const podOf = (workload: Json): Json | undefined =>
  objectAt(objectAt(objectAt(workload, 'spec') ?? {}, 'template') ?? {}, 'spec');

/** Every container of a pod, those of the beginning first. */
export const containersOf = (pod: Json): readonly Json[] => [
  ...objectsAt(pod, 'initContainers'),
  ...objectsAt(pod, 'containers'),
];

/** A container of any pod among these objects; throws if there is none. */
export function container(objects: readonly Json[], name: string): Json {
  const all = objects.flatMap((one) => containersOf(podOf(one) ?? {}));
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no container ${name} is rendered`);
  return found;
}

/** A field that is a list of texts, and of nothing else; none if it isn't there. */
export function textsAt(json: Json, key: string): readonly string[] {
  const { [key]: list = [] } = json;
  if (!Array.isArray(list) || list.some((one) => typeof one !== 'string'))
    throw new Error(`${key} is no list of texts: ${JSON.stringify(list)}`);
  return list;
}
