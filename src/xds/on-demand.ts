// Names that clients make up: each is answered by the first of its candidates that exists, and one resource answers
// a bounded number of names, so that a client's client (an SNI) can't make it grow.
import type { OnDemand, Resource } from './resource.ts';

/** `withheld`: it exists, but its only version is refused, so whoever has an older one keeps that. */
export type Resolved = Resource | 'withheld' | undefined;

/** How names of a type lead to resources. */
export interface Naming {
  resolve(name: string): Resolved;
  /** Names whose answer may change with this resource. */
  touched(resource: string): Iterable<string>;
  /** The client asked for the name, perhaps again. */
  ask(name: string): void;
  /** The name has this answer. Answers with the names that must go in exchange, oldest first. */
  answer(name: string, resource: Resource): readonly string[];
  forget(name: string): void;
  bytes(name: string, resource: Resource): Uint8Array;
}

type Get = (name: string) => Resolved;

/** Every resource under its own name. */
export function plainNaming(get: Get): Naming {
  return {
    resolve: get,
    touched: (resource) => [resource],
    ask() {},
    answer: () => [],
    forget() {},
    bytes: (_name, resource) => resource.bytes,
  };
}

interface Asked {
  readonly candidates: readonly string[];
  source: string | undefined;
}

/** Names chosen by clients, by the rules of their type. */
export function onDemandNaming(rules: OnDemand, get: Get): Naming {
  const asked = new Map<string, Asked>();
  const byCandidate = new Map<string, Set<string>>();
  const answered = new Map<string, Set<string>>();

  function first(names: Set<string>, count: number): string[] {
    const found: string[] = [];
    for (const name of names) {
      if (found.length >= count) break;
      found.push(name);
    }
    return found;
  }

  function remove(from: Map<string, Set<string>>, key: string, name: string): void {
    const names = from.get(key);
    names?.delete(name);
    if (names?.size === 0) from.delete(key);
  }

  function forget(name: string): void {
    const entry = asked.get(name);
    if (entry === undefined) return;
    asked.delete(name);
    for (const candidate of entry.candidates) remove(byCandidate, candidate, name);
    if (entry.source !== undefined) remove(answered, entry.source, name);
  }

  return {
    resolve(name) {
      for (const candidate of asked.get(name)?.candidates ?? []) {
        const resource = get(candidate);
        if (resource !== undefined) return resource;
      }
      return undefined;
    },
    touched: (resource) => [...(byCandidate.get(resource) ?? [])],
    ask(name) {
      forget(name);
      const candidates = rules.candidates(name);
      asked.set(name, { candidates, source: undefined });
      for (const candidate of candidates) {
        byCandidate.set(candidate, (byCandidate.get(candidate) ?? new Set()).add(name));
      }
    },
    answer(name, resource) {
      const entry = asked.get(name);
      if (entry === undefined || entry.source === resource.name) return [];
      if (entry.source !== undefined) remove(answered, entry.source, name);
      entry.source = resource.name;
      // Its own name is what honest clients ask for: no spelling of it that others make up may evict it.
      if (name === resource.name) return [];
      const names = (answered.get(resource.name) ?? new Set()).add(name);
      answered.set(resource.name, names);
      return first(names, names.size - (rules.limitOf?.(resource) ?? rules.limit));
    },
    forget,
    bytes: (name, resource) => rules.rename(resource, name),
  };
}
