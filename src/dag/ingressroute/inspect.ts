// One IngressRoute by itself: its usable routes, sorted so that those under a prefix are a range, and its mistakes.
import type { RoutePolicy } from '../model.ts';
import {
  type IngressRoute,
  keyOf,
  type ObjectKey,
  type RouteSpec,
  type ServiceReference,
} from '../objects.ts';
import { impossiblePath } from '../path.ts';
import { type Problem, problems } from '../problems.ts';
import { policyProblems, routePolicy } from './policy.ts';
import { serviceProblems } from './service-problems.ts';
import { wholeProblems } from './whole.ts';

/** A route that has an effect: its match can occur, and no later route of the object has the same. */
export interface Entry {
  readonly match: string;
  /** The match in the form by which entries are sorted. */
  readonly order: string;
  readonly target:
    | { readonly kind: 'services'; readonly services: readonly ServiceReference[] }
    | { readonly kind: 'delegate'; readonly namespace: string; readonly name: string }
    /** A mistake that fails the route. */
    | { readonly kind: 'none' };
  readonly permitInsecure: boolean;
  readonly websockets: boolean;
  readonly policy: RoutePolicy | undefined;
}

export interface Inspection {
  readonly object: IngressRoute;
  readonly key: ObjectKey;
  /** Its own as far as no other object is needed; of a root only those of its routes. */
  readonly problems: readonly Problem[];
  /** Sorted by `order`. None if the object as a whole is wrong, unless it is a root. */
  readonly entries: readonly Entry[];
}

export function inspect(object: IngressRoute): Inspection {
  const whole = object.virtualhost ? [] : wholeProblems(object);
  const found = [...whole];
  const last = new Map(object.routes.map(({ match }, index) => [match, index]));
  const entries: Entry[] = [];
  for (const [index, route] of object.routes.entries()) {
    const missing = route.match === '';
    if (!missing && last.get(route.match) !== index) {
      found.push(problems.Shadowed(route.match));
      continue;
    }
    const impossible = impossiblePath(route.match);
    if (impossible !== undefined) {
      found.push(
        missing
          ? problems.MatchMissing(`spec.routes[${index}]`)
          : problems.MatchInvalid(route.match, impossible),
        ...whatWasRead(route),
      );
      continue;
    }
    if (!/[A-Za-z0-9/]$/.test(route.match)) found.push(problems.MatchEnding(route.match));
    const own = routeProblems(route);
    for (const problem of own) found.push(problem);
    const fails = own.some(({ severity }) => severity === 'error');
    entries.push(entryOf(route, object.namespace, fails ? 'fails' : 'serves'));
  }
  entries.sort((a, b) => (a.order < b.order ? -1 : 1));
  const fails = whole.some(({ severity }) => severity === 'error');
  return { object, key: keyOf(object), problems: found, entries: fails ? [] : entries };
}

/** What is wrong with a route whatever other objects there are; any error fails the whole route. */
function routeProblems(route: RouteSpec): readonly Problem[] {
  const { match, services, delegate } = route;
  const found = [...whatWasRead(route)];
  if (services.length > 0 && delegate) found.push(problems.ServicesAndDelegate(match));
  if (services.length === 0 && !delegate) found.push(problems.NoTarget(match));
  if (route.enableWebsockets && services.length > 1)
    found.push(problems.WebsocketsWithSeveralServices(match));
  return [...found, ...serviceProblems(match, services), ...policyProblems(route)];
}

const whatWasRead = ({ match, malformed, unknownFields }: RouteSpec): readonly Problem[] => [
  ...malformed.map(({ path, message }) => problems.MalformedField(path, message, match || undefined)),
  ...unknownFields.map(({ path, nearest }) => problems.UnknownField(path, nearest, match || undefined)),
];

function entryOf(route: RouteSpec, namespace: string, state: 'serves' | 'fails'): Entry {
  const { match, services, delegate, permitInsecure, enableWebsockets: websockets } = route;
  const policy = routePolicy(route);
  const common = { match, order: orderOf(match), permitInsecure, websockets, policy };
  if (state === 'fails') return { ...common, target: { kind: 'none' } };
  const target = delegate
    ? ({ kind: 'delegate', namespace: delegate.namespace ?? namespace, name: delegate.name } as const)
    : ({ kind: 'services', services } as const);
  return { ...common, target };
}

/**
 * With a slash below every character that a match can have, all matches under a prefix follow it without a gap. The
 * runtime's own comparison is what keeps long matches cheap.
 */
const orderOf = (match: string): string => match.replaceAll('/', '\u0001');

/** A part of an object's entries: from `start` up to `end`, without it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The entries whose match is that of `prefix` or lies under it, by binary search. */
export function rangeUnder(entries: readonly Entry[], prefix: Pick<Entry, 'match' | 'order'>): Range {
  const { match, order } = prefix;
  const after = match.endsWith('/') ? `${order}\u007f` : `${order}\u0002`;
  return { start: firstFrom(entries, order), end: firstFrom(entries, after) };
}

function firstFrom(entries: readonly Entry[], order: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.order ?? '') >= order) high = middle;
    else low = middle + 1;
  }
  return low;
}
