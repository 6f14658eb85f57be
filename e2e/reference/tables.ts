// What a root IngressRoute and everything it delegates to make of paths.
import { ourRoutes } from './claims.ts';
import { find, type IngressRoute, type RouteItem, type WorldObject } from './objects.ts';
import { liesUnder } from './paths.ts';

/** A Service that has its part of the requests; undefined: it is missing, and its part is answered 503. */
export type Share =
  | { readonly namespace: string; readonly name: string; readonly hasEndpoints: boolean }
  | undefined;

/** What answers the requests for a path. */
export interface Rule {
  readonly path: string;
  readonly kind: 'prefix' | 'string-prefix' | 'exact' | 'regex';
  /** Each of them may answer. None, or none that isn't missing: the route fails as a whole, with 503. */
  readonly shares: readonly Share[];
  readonly prefixRewrite: string | undefined;
  /** Served over plain HTTP although the host's root has TLS. */
  readonly permitInsecure: boolean;
}

/** Rules by their match. */
export type Table = ReadonlyMap<string, Rule>;

/** The rules of a root. */
export const rootTable = (objects: readonly WorldObject[], root: IngressRoute): Table =>
  tableOf(objects, root, '/', [root]);

/**
 * `chain` holds the objects from the root to this one. In one object the last of equal matches wins; the object's own
 * routes beat those that come by delegation, and of two delegations the longer prefix is the more specific promise.
 */
function tableOf(
  objects: readonly WorldObject[],
  object: IngressRoute,
  prefix: string,
  chain: readonly IngressRoute[],
): Table {
  const last = new Map(object.spec.routes.map((item) => [item.match, item]));
  const items = [...last.values()]
    .filter(({ match }) => isPossible(match) && liesUnder(match, prefix))
    .sort((a, b) => a.match.length - b.match.length);
  const own = new Map<string, Rule>();
  const delegated = new Map<string, Rule>();
  for (const item of items) {
    const target = wholeItem(item) ? targetOf(objects, object, item, chain) : undefined;
    const child = target && tableOf(objects, target, item.match, [...chain, target]);
    if (child === undefined || child.size === 0) own.set(item.match, ruleOf(objects, object, item));
    else for (const [path, rule] of child) delegated.set(path, rule);
  }
  return new Map([...delegated, ...own]);
}

/** What a route does by itself; one whose delegation fails has no services. */
function ruleOf(objects: readonly WorldObject[], object: IngressRoute, item: RouteItem): Rule {
  const { match: path, prefixRewrite, permitInsecure = false } = item;
  const shares = wholeItem(item) ? sharesOf(objects, object, item) : [];
  return { path, kind: 'prefix', shares, prefixRewrite, permitInsecure };
}

/** A match that normalisation can never produce is nobody's prefix, so it adds nothing: no request can be for it. */
const isPossible = (match: string): boolean => !/\/\/|[?#]|\/\.\.?(\/|$)/.test(match);

/** Nothing concerns this route that makes its prefix answer 503 whatever it leads to. */
function wholeItem({ services = [], delegate, enableWebsockets }: RouteItem): boolean {
  if (services.length > 0 === (delegate !== undefined)) return false;
  if (enableWebsockets === true && services.length > 1) return false;
  return services.every(({ port, weight = 0 }) => port >= 1 && port <= 65535 && weight >= 0);
}

/** Undefined: nothing is delegated, or it is a delegation error. */
function targetOf(
  objects: readonly WorldObject[],
  { metadata }: IngressRoute,
  { delegate }: RouteItem,
  chain: readonly IngressRoute[],
): IngressRoute | undefined {
  if (delegate === undefined) return undefined;
  const { name, namespace = metadata.namespace } = delegate;
  const target = find(ourRoutes(objects), 'IngressRoute', namespace, name);
  const usable = target !== undefined && target.spec.virtualhost === undefined && !chain.includes(target);
  return usable ? target : undefined;
}

/** None given = even; some given = the others get 0; all zero = even. */
function sharesOf(
  objects: readonly WorldObject[],
  { metadata }: IngressRoute,
  { services = [] }: RouteItem,
): Share[] {
  const even = services.every(({ weight = 0 }) => weight === 0);
  return services
    .filter(({ weight = 0 }) => even || weight > 0)
    .map(({ name, port }) => backendOf(objects, metadata.namespace, name, port));
}

/** Undefined: no such Service, or no such TCP port. */
export function backendOf(
  objects: readonly WorldObject[],
  namespace: string,
  name: string,
  port: number,
): Share {
  const service = find(objects, 'Service', namespace, name);
  const found = service?.spec.ports.some((one) => one.port === port && one.protocol === 'TCP');
  const endpoints = find(objects, 'EndpointSlice', namespace, name)?.endpoints ?? [];
  return found === true ? { namespace, name, hasEndpoints: endpoints.length > 0 } : undefined;
}

/** Nothing of it can be served, whatever the weights. */
export const fails = ({ shares }: Rule): boolean => shares.every((share) => share === undefined);
