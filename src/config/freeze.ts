// Configuration never changes after it is made.

/** Freezes plain objects and arrays at every level; our configuration is a few levels deep. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
