// The Ingresses of a host -> its routes on both listeners, beside those that an IngressRoute has taken.
import type { ServiceContext } from '../cluster.ts';
import type { Findings } from '../findings.ts';
import type { Action, Route } from '../model.ts';
import { type Ingress, keyOf, type ObjectKey } from '../objects.ts';
import { namedBy, type Problem, problems } from '../problems.ts';
import { matchKey } from '../route-order.ts';
import { forwardTo } from '../services.ts';
import { ingressPolicy, plainUse, websocketPaths } from './annotations.ts';
import type { IngressHosts } from './hosts.ts';
import { type PathRule, pathRules } from './paths.ts';

export interface BuiltIngresses {
  /** What the routes really do, and what they do on the HTTP listener. */
  readonly routes: readonly Route[];
  readonly plainRoutes: readonly Route[];
}

interface Context extends ServiceContext {
  readonly hosts: IngressHosts;
  readonly findings: Findings;
  readonly host: string;
}

const unavailable: Action = { kind: 'respond', status: 503 };

/** `ingresses` oldest first: of equal paths the oldest has it, unless it is in `routes` of the IngressRoute. */
export function buildIngresses(
  context: Context,
  ingresses: readonly Ingress[],
  taken: readonly Route[],
): BuiltIngresses {
  const holders = new Map<string, ObjectKey>(taken.map(({ match, source }) => [matchKey(match), source]));
  const routes: Route[] = [];
  const plainRoutes: Route[] = [];
  for (const ingress of ingresses) {
    for (const rule of effectiveRules(context, ingress)) {
      const route = routeOf(context, ingress, rule, holders);
      if (route === undefined) continue;
      routes.push(route);
      plainRoutes.push(withoutTls(route, ingress));
    }
  }
  return { routes, plainRoutes };
}

/** Of equal paths in one object the last. */
function effectiveRules({ hosts, findings, host }: Context, ingress: Ingress): Iterable<PathRule> {
  const key = keyOf(ingress);
  const found: Problem[] = [];
  const rules = new Map<string, PathRule>();
  for (const rule of pathRules(ingress, hosts.of(ingress), host, found)) {
    const id = matchKey(rule.match);
    if (rules.has(id)) found.push(problems.Shadowed(rule.match.path));
    rules.set(id, rule);
  }
  findings.own(key, found);
  return rules.values();
}

function routeOf(
  context: Context,
  ingress: Ingress,
  { match, written, backend }: PathRule,
  holders: Map<string, ObjectKey>,
): Route | undefined {
  const { findings, host } = context;
  const source = keyOf(ingress);
  const holder = holders.get(matchKey(match));
  if (holder !== undefined) {
    findings.own(source, problems.Shadowed(match.path, { object: namedBy(holder), host }));
    return undefined;
  }
  holders.set(matchKey(match), source);
  const { action, problems: found } = backendAction(context, ingress, { backend, path: match.path, written });
  findings.own(source, found);
  return { match, action, source, chain: [] };
}

interface Target extends Pick<PathRule, 'backend' | 'written'> {
  readonly path: string;
}

function backendAction(
  context: ServiceContext,
  ingress: Ingress,
  { backend, path, written }: Target,
): Pick<ReturnType<typeof forwardTo>, 'action' | 'problems'> {
  if (backend === undefined || backend.name === '')
    return { action: unavailable, problems: [problems.BackendMissing(path)] };
  const services = [{ name: backend.name, port: backend.port, weight: undefined }];
  return forwardTo(context, {
    namespace: ingress.namespace,
    services,
    websockets: websocketPaths(ingress).has(written),
    policy: ingressPolicy(ingress),
    route: path,
  });
}

function withoutTls(route: Route, ingress: Ingress): Route {
  const use = plainUse(ingress);
  if (use === 'serve' || route.action.kind === 'respond') return route;
  return { ...route, action: use === 'redirect' ? { kind: 'redirect-to-https' } : unavailable };
}
