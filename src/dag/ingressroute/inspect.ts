// One IngressRoute by itself: its usable routes, sorted so that those under a prefix are a range, and its mistakes.
import {
  type IngressRoute,
  keyOf,
  type ObjectKey,
  type RouteSpec,
  type ServiceReference,
} from '../objects.ts';
import { impossiblePath } from '../path.ts';
import { type Problem, problems } from '../problems.ts';
import { unsupportedFields } from './unsupported.ts';
import { wholeProblems } from './whole.ts';

/** A route that has an effect: its match can occur, and no later route of the object has the same. */
export interface Entry {
  readonly match: string;
  readonly target:
    | { readonly kind: 'services'; readonly services: readonly ServiceReference[] }
    | { readonly kind: 'delegate'; readonly namespace: string; readonly name: string }
    /** A mistake that fails the route. */
    | { readonly kind: 'none' };
  readonly permitInsecure: boolean;
  readonly websockets: boolean;
}

export interface Inspection {
  readonly object: IngressRoute;
  readonly key: ObjectKey;
  /** Its own as far as no other object is needed; of a root only those of its routes. */
  readonly problems: readonly Problem[];
  /** In the order of `compareMatches`. None if the object as a whole is wrong, unless it is a root. */
  readonly entries: readonly Entry[];
}

export function inspect(object: IngressRoute): Inspection {
  const whole = object.virtualhost ? [] : wholeProblems(object);
  const found = [...whole];
  const unsupported = unsupportedFields(object).routes;
  const last = new Map(object.routes.map(({ match }, index) => [match, index]));
  const entries: Entry[] = [];
  for (const [index, route] of object.routes.entries()) {
    if (last.get(route.match) !== index) {
      found.push(problems.Shadowed(route.match));
      continue;
    }
    const impossible = impossiblePath(route.match);
    if (impossible !== undefined) {
      found.push(problems.MatchInvalid(route.match, impossible));
      continue;
    }
    if (!/[A-Za-z0-9/]$/.test(route.match)) found.push(problems.MatchEnding(route.match));
    const own = [...routeProblems(route), ...(unsupported.get(index) ?? [])];
    found.push(...own);
    const fails = own.some(({ severity }) => severity === 'error');
    entries.push(entryOf(route, object.namespace, fails ? 'fails' : 'serves'));
  }
  entries.sort((a, b) => compareMatches(a.match, b.match));
  const fails = whole.some(({ severity }) => severity === 'error');
  return { object, key: keyOf(object), problems: found, entries: fails ? [] : entries };
}

/** What is wrong with a route whatever other objects there are; any error fails the whole route. */
function routeProblems(route: RouteSpec): readonly Problem[] {
  const { match, services, delegate } = route;
  const found = route.malformed.map(({ path, message }) => problems.MalformedField(path, message, match));
  if (services.length > 0 && delegate) found.push(problems.ServicesAndDelegate(match));
  if (services.length === 0 && !delegate) found.push(problems.NoTarget(match));
  if (route.enableWebsockets && services.length > 1)
    found.push(problems.WebsocketsWithSeveralServices(match));
  for (const { name, port, weight } of services) {
    if (port < 1 || port > 65_535) found.push(problems.PortOutOfRange(match, name, port));
    if (weight !== undefined && weight < 0) found.push(problems.WeightNegative(match, name, weight));
  }
  return found;
}

function entryOf(route: RouteSpec, namespace: string, state: 'serves' | 'fails'): Entry {
  const { match, services, delegate, permitInsecure, enableWebsockets: websockets } = route;
  if (state === 'fails') return { match, target: { kind: 'none' }, permitInsecure, websockets };
  const target = delegate
    ? ({ kind: 'delegate', namespace: delegate.namespace ?? namespace, name: delegate.name } as const)
    : ({ kind: 'services', services } as const);
  return { match, target, permitInsecure, websockets };
}

/** Segment by segment: all matches under a prefix follow it without a gap. */
export function compareMatches(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    if (a[at] === b[at]) continue;
    return segmentRank(a.charCodeAt(at)) - segmentRank(b.charCodeAt(at));
  }
  return a.length - b.length;
}

const slash = 0x2f;
/** The slash sorts before every character that a match can have. */
const segmentRank = (code: number): number => (code === slash ? 0 : code);

/** The entries whose match is `prefix` or lies under it, by binary search. */
export function entriesUnder(entries: readonly Entry[], prefix: string): readonly Entry[] {
  const start = firstIndex(entries, (match) => compareMatches(match, prefix) >= 0);
  const end = firstIndex(entries, (match) => compareMatches(match, endOf(prefix)) >= 0);
  return entries.slice(start, end);
}

/** Sorts after everything under the prefix and before everything else that follows it. */
const endOf = (prefix: string): string => `${prefix.endsWith('/') ? prefix : `${prefix}/`}\uffff`;

function firstIndex(entries: readonly Entry[], holds: (match: string) => boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(entries[middle]?.match ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}
