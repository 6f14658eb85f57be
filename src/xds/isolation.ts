// Finds the resources for which a client refused a response: halves of it are tried until single names are left.
// Envoy's errors name no resource, and one bad resource refuses all of its response.

export interface Isolation {
  /** The name is to be sent as part of a half. */
  has(name: string): boolean;
  readonly pending: boolean;
  /** Halves the names of a refused response. They are tried before the halves of earlier ones. */
  split(names: readonly string[]): void;
  /** Takes the next group to be tried, or none. */
  next(): readonly string[];
  /** Puts back what did not fit into the response; it is the next group. */
  postpone(names: readonly string[]): void;
  forget(name: string): void;
}

export function createIsolation(): Isolation {
  const groups: (readonly string[])[] = [];
  const grouped = new Set<string>();

  function push(names: readonly string[]): void {
    if (names.length === 0) return;
    for (const name of names) grouped.add(name);
    groups.push(names);
  }

  return {
    has: (name) => grouped.has(name),
    get pending() {
      return grouped.size > 0;
    },
    split(names) {
      const middle = Math.ceil(names.length / 2);
      push(names.slice(middle));
      push(names.slice(0, middle));
    },
    next() {
      while (groups.length > 0) {
        const names = (groups.pop() ?? []).filter((name) => grouped.delete(name));
        if (names.length > 0) return names;
      }
      return [];
    },
    postpone: push,
    forget(name) {
      grouped.delete(name);
    },
  };
}
