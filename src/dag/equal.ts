// Structural equality of plain data: decoded objects, virtual hosts, verdicts.

/**
 * Compares primitives, arrays, plain objects, Maps and byte arrays. A field that is undefined equals an absent one.
 * Recursive: only for types whose depth is fixed, never for raw JSON.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Map) return b instanceof Map && equalMaps(a, b);
  if (Array.isArray(b) || b instanceof Uint8Array || b instanceof Map) return false;
  return equalRecords(a, b);
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => equal(item, b[index]));
}

function equalMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!b.has(key) || !equal(value, b.get(key))) return false;
  return true;
}

function equalRecords(a: object, b: object): boolean {
  for (const key of Object.keys(a)) if (!equal(Reflect.get(a, key), Reflect.get(b, key))) return false;
  for (const key of Object.keys(b)) {
    if (!Object.hasOwn(a, key) && Reflect.get(b, key) !== undefined) return false;
  }
  return true;
}
