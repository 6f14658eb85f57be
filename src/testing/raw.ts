// Fields of JSON whose shape a test knows.

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined if it is no object. */
export function objectAt(json: Json, key: string): Json | undefined {
  const value = json[key];
  return isObject(value) ? value : undefined;
}

/** The list's objects; none if it is no list. */
export function objectsAt(json: Json, key: string): readonly Json[] {
  const value = json[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Undefined if it is no text. */
export function textAt(json: Json, key: string): string | undefined {
  const value = json[key];
  return typeof value === 'string' ? value : undefined;
}
