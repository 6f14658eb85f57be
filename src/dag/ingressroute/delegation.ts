// Walks from a root along its delegations and collects the routes of its host.

import type { ServiceContext } from '../cluster.ts';
import type { Findings } from '../findings.ts';
import type { Action, PathMatch, Route } from '../model.ts';
import { type IngressRoute, type ObjectKey, objectKey } from '../objects.ts';
import { namedBy, type Problem, problems } from '../problems.ts';
import type { GraphSettings } from '../view.ts';
import { type Entry, type Inspection, type Range, rangeUnder } from './inspect.ts';
import type { Inspections } from './inspections.ts';
import { Unexamined } from './unexamined.ts';

/** A route of the root's tree, and whether its object lets it be served without TLS. */
export interface CollectedRoute {
  readonly route: Route;
  readonly permitInsecure: boolean;
}

interface Context extends ServiceContext {
  readonly settings: GraphSettings;
  readonly findings: Findings;
  readonly inspections: Inspections;
  readonly host: string;
}

interface Edge {
  readonly match: string;
  readonly target: Inspection;
  /** The target's entries under the match. */
  readonly range: Range;
}

/** An object being visited: its edges that are still to be followed, the first at the end. */
interface Frame {
  readonly inspection: Inspection;
  /** The prefix that led here; empty for the root. */
  readonly match: string;
  readonly chain: readonly ObjectKey[];
  readonly edges: Edge[];
}

/** Names of a chain's objects that a route carries. A longer chain loses its beginning. */
export const longestChain = 64;
/** Names of a cycle that are told. */
export const longestCycle = 12;

export interface Collected {
  readonly routes: readonly CollectedRoute[];
  /** Objects that name a Secret of authorities that is not known yet. */
  readonly waiting: ReadonlySet<ObjectKey>;
  /** How often an object was entered: once for each prefix that is delegated to it, by whatever many chains. */
  readonly visits: number;
  /** How many routes of objects were looked at, each once. */
  readonly examined: number;
}

/** Work is linear in the objects and delegating routes that are reached; no recursion, so any depth will do. */
export function collectRoutes(context: Context, root: IngressRoute): Collected {
  return new Walk(context, root).run();
}

/**
 * Depth first, an object before what it delegates to, the longest delegated prefix before others. So the first that
 * has a path is the one that keeps it: an ancestor beats its descendants, the longer prefix beats the shorter.
 */
class Walk {
  readonly #context: Context;
  readonly #root: IngressRoute;
  readonly #inspections = new Map<ObjectKey, Inspection | undefined>();
  /** Objects on the chain from the root to here, with their place in `#stack`. */
  readonly #depth = new Map<ObjectKey, number>();
  readonly #stack: Frame[] = [];
  /** Prefixes by which each object was entered, and its routes that lie under none of them. */
  readonly #entered = new Map<ObjectKey, Set<string>>();
  readonly #unexamined = new Map<ObjectKey, Unexamined>();
  /** The first prefix that is delegated to each object, whether or not a route of it lies there. */
  readonly #firstPrefix = new Map<ObjectKey, string>();
  readonly #routes = new Map<string, CollectedRoute>();

  readonly #waiting = new Set<ObjectKey>();
  #visits = 0;
  #examined = 0;

  constructor(context: Context, root: IngressRoute) {
    this.#context = context;
    this.#root = root;
  }

  run(): Collected {
    const start = this.#inspect(this.#root);
    this.#visit({ match: '', target: start, range: { start: 0, end: start.entries.length } }, []);
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      const edge = frame.edges.pop();
      if (edge === undefined) this.#leave(frame);
      else this.#follow(frame, edge);
    }
    this.#reportUncovered();
    return {
      routes: [...this.#routes.values()],
      waiting: this.#waiting,
      visits: this.#visits,
      examined: this.#examined,
    };
  }

  #follow(frame: Frame, { match, target, range }: Edge): void {
    const prefixes = this.#entered.get(target.key) ?? new Set();
    this.#entered.set(target.key, prefixes);
    if (prefixes.has(match)) return;
    prefixes.add(match);
    this.#context.findings.led(target.key, match);
    const chain = [...frame.chain, frame.inspection.key].slice(-longestChain);
    this.#visit({ match, target, range }, chain);
  }

  #visit({ match, target: inspection, range }: Edge, chain: readonly ObjectKey[]): void {
    this.#visits += 1;
    this.#depth.set(inspection.key, this.#stack.length);
    const edges: Edge[] = [];
    this.#stack.push({ inspection, match, chain, edges });
    for (const entry of this.#unexamined.get(inspection.key)?.take(range) ?? []) {
      this.#examined += 1;
      const edge = this.#edge(inspection, entry);
      if (edge === undefined) this.#collect(inspection, entry, chain);
      else edges.push(edge);
    }
    edges.sort((a, b) => a.match.length - b.match.length || (a.match < b.match ? 1 : -1));
  }

  #leave(frame: Frame): void {
    this.#stack.pop();
    this.#depth.delete(frame.inspection.key);
  }

  /** The delegation to follow; undefined if the route serves by itself or its delegation fails. */
  #edge(from: Inspection, entry: Entry): Edge | undefined {
    const { match, target } = entry;
    if (target.kind !== 'delegate') return undefined;
    const { findings } = this.#context;
    const key = objectKey('IngressRoute', target.namespace, target.name);
    const depth = this.#depth.get(key);
    if (depth !== undefined) {
      // Prefixes grow along a chain. Where they did, it is this root's prefix that closes the cycle, no fault of the object.
      const always = this.#stack.slice(depth + 1).every((frame) => frame.match === match);
      if (always) findings.own(from.key, this.#cycle(match, depth));
      else findings.chain(from.key, this.#cycle(match, depth));
      return undefined;
    }
    const inspection = this.#lookUp(key, target);
    if (!this.#firstPrefix.has(key)) this.#firstPrefix.set(key, match);
    if (inspection === undefined) findings.own(from.key, problems.DelegateMissing(match, target));
    else if (inspection.object.virtualhost) findings.own(from.key, problems.DelegateIsRoot(match, target));
    else {
      const range = rangeUnder(inspection.entries, entry);
      if (range.start < range.end) return { match, target: inspection, range };
      findings.own(from.key, problems.DelegateHasNoRoute(match, target));
    }
    return undefined;
  }

  #cycle(match: string, depth: number): Problem {
    const objects = this.#stack.slice(depth, depth + longestCycle).map(({ inspection }) => inspection.object);
    const [first] = objects;
    const omitted = this.#stack.length - depth - objects.length;
    return problems.DelegationCycle(match, first ? [...objects, first] : [], omitted);
  }

  #lookUp(key: ObjectKey, at: { readonly namespace: string; readonly name: string }): Inspection | undefined {
    if (this.#inspections.has(key)) return this.#inspections.get(key);
    const object = this.#context.view.ingressRoute(at.namespace, at.name);
    if (object !== undefined && object.virtualhost === undefined) return this.#inspect(object);
    const inspection = object && { object, key, problems: [], entries: [] };
    this.#inspections.set(key, inspection);
    return inspection;
  }

  #inspect(object: IngressRoute): Inspection {
    const { findings, inspections } = this.#context;
    const inspected = inspections.of(object);
    findings.reached(object, this.#root);
    findings.own(inspected.key, inspected.problems);
    this.#inspections.set(inspected.key, inspected);
    this.#unexamined.set(inspected.key, new Unexamined(inspected.entries));
    return inspected;
  }

  #collect(inspection: Inspection, entry: Entry, chain: readonly ObjectKey[]): void {
    const { findings, host } = this.#context;
    const holder = this.#routes.get(entry.match);
    if (holder !== undefined) {
      const { source } = holder.route;
      if (source !== inspection.key) {
        const by = { object: namedBy(source), host };
        findings.chain(inspection.key, problems.Shadowed(entry.match, by));
      }
      return;
    }
    const action = this.#action(inspection, entry);
    const route = { match: this.#match(entry.match), action, source: inspection.key, chain };
    this.#routes.set(entry.match, { route, permitInsecure: entry.permitInsecure });
  }

  #match(path: string): PathMatch {
    return { kind: this.#context.settings.prefixMatch === 'string' ? 'string-prefix' : 'prefix', path };
  }

  #action(inspection: Inspection, entry: Entry): Action {
    const { findings, inspections } = this.#context;
    const { action, problems: found, incomplete } = inspections.outcome(this.#context, inspection, entry);
    findings.own(inspection.key, found);
    if (incomplete) this.#waiting.add(inspection.key);
    return action;
  }

  /** A route counts as outside only if no delegation of this root to its object covers it. */
  #reportUncovered(): void {
    for (const inspection of this.#inspections.values()) {
      if (inspection === undefined || inspection.object.virtualhost) continue;
      const prefix = this.#firstPrefix.get(inspection.key) ?? '';
      for (const { match } of this.#unexamined.get(inspection.key)?.rest() ?? [])
        this.#context.findings.chain(inspection.key, problems.PrefixMismatch(match, this.#root, prefix));
    }
  }
}
