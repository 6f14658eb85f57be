// JSON of the API server, which is not trusted: parsed without quoting it in errors, and read field by field.
import type { RawObject } from '../../store/events.ts';

/** Undefined: no JSON. The parser's own message is dropped, since it quotes the text, which may be a secret. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isRawObject = (value: unknown): value is RawObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined also for the empty string, which the API server writes for "none". */
export function textAt(object: RawObject, field: string): string | undefined {
  const value = object[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The `metadata.resourceVersion` of an object or a list. */
export function resourceVersionOf(object: RawObject): string | undefined {
  return isRawObject(object.metadata) ? textAt(object.metadata, 'resourceVersion') : undefined;
}
