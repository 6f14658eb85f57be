// Routes of a virtual host: the graph's matches and actions in Envoy's terms.
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  RedirectAction_RedirectResponseCode,
  type RouteAction_UpgradeConfigSchema,
  type RouteActionSchema,
  type RouteMatchSchema,
  type RouteSchema,
} from '@envoyproxy/protos/envoy/config/route/v3/route_components_pb.js';
import { type Action, type Backend, type PathMatch, type Route, unreachable } from '../dag/model.ts';
import { clusterName, missingCluster } from './names.ts';

export type EnvoyRoute = MessageInitShape<typeof RouteSchema>;
type Forward = Extract<Action, { readonly kind: 'forward' }>;

/** What translating a route needs to know of the process's settings. */
export interface RouteSettings {
  /**
   * Port that redirects to HTTPS name; undefined: none, the browser takes 443. Set where clients reach the HTTPS
   * listener itself, with no Service or load balancer that maps its port.
   */
  readonly redirectPort: number | undefined;
}

/**
 * The name tells access logs whose route answered: the object and its match. It is never empty, since requests
 * without a route name are taken for requests without a scope.
 */
export function envoyRoute(route: Route, settings: RouteSettings): EnvoyRoute {
  return {
    name: `${route.source} ${route.match.path}`,
    match: pathMatch(route.match),
    action: routeAction(route.action, settings),
  };
}

/**
 * Last route of every scope. Without it a path that no route has would fall through to the wildcard or default
 * host, of another tenant.
 */
export function notFoundRoute(host: string): EnvoyRoute {
  return {
    name: `${host}/404`,
    match: { pathSpecifier: { case: 'prefix', value: '/' } },
    action: { case: 'directResponse', value: { status: 404 } },
  };
}

/** Answers 503 to everything. */
export function unavailableRoute(name: string): EnvoyRoute {
  return {
    name,
    match: { pathSpecifier: { case: 'prefix', value: '/' } },
    action: { case: 'directResponse', value: { status: 503 } },
  };
}

function pathMatch(match: PathMatch): MessageInitShape<typeof RouteMatchSchema> {
  switch (match.kind) {
    case 'prefix':
      return { pathSpecifier: segmentPrefix(match.path) };
    case 'string-prefix':
      return { pathSpecifier: { case: 'prefix', value: match.path } };
    case 'exact':
      return { pathSpecifier: { case: 'path', value: match.path } };
    case 'regex':
      return { pathSpecifier: { case: 'safeRegex', value: { regex: match.path } } };
    default:
      return unreachable(match);
  }
}

/** Envoy's own segment match refuses `/`, a slash at the end, `?` and `#`; a plain prefix means the same there. */
function segmentPrefix(
  path: string,
): NonNullable<MessageInitShape<typeof RouteMatchSchema>['pathSpecifier']> {
  return /^[^?#]+[^?#/]$/.test(path)
    ? { case: 'pathSeparatedPrefix', value: path }
    : { case: 'prefix', value: path };
}

function routeAction(action: Action, settings: RouteSettings): NonNullable<EnvoyRoute['action']> {
  switch (action.kind) {
    case 'forward':
      return { case: 'route', value: forward(action) };
    case 'redirect-to-https':
      return {
        case: 'redirect',
        value: {
          schemeRewriteSpecifier: { case: 'httpsRedirect', value: true },
          responseCode: RedirectAction_RedirectResponseCode.MOVED_PERMANENTLY,
          portRedirect: settings.redirectPort ?? 0,
        },
      };
    case 'respond':
      return { case: 'directResponse', value: { status: action.status } };
    default:
      return unreachable(action);
  }
}

const websocket: MessageInitShape<typeof RouteAction_UpgradeConfigSchema> = {
  upgradeType: 'websocket',
  enabled: true,
};

function forward(action: Forward): MessageInitShape<typeof RouteActionSchema> {
  return {
    clusterSpecifier: clusterSpecifier(action.backends),
    upgradeConfigs: action.websockets ? [websocket] : [],
  };
}

function clusterSpecifier(
  backends: readonly Backend[],
): NonNullable<MessageInitShape<typeof RouteActionSchema>['clusterSpecifier']> {
  const [first, ...others] = backends;
  if (first === undefined) return { case: 'cluster', value: missingCluster };
  if (others.length === 0) return { case: 'cluster', value: nameOf(first) };
  const divisor = weightDivisor(backends);
  const clusters = backends.map((backend) => ({
    name: nameOf(backend),
    weight: Math.floor(backend.weight / divisor),
  }));
  return { case: 'weightedClusters', value: { clusters } };
}

/** Envoy refuses weights whose sum is over 32 bits; such weights are scaled down. */
function weightDivisor(backends: readonly Backend[]): number {
  const sum = backends.reduce((total, backend) => total + backend.weight, 0);
  return Math.max(1, sum / 0xff_ff_ff_ff);
}

const nameOf = ({ cluster }: Backend): string =>
  cluster === undefined ? missingCluster : clusterName(cluster);
