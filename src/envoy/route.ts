// Routes of a virtual host: the graph's matches and actions in Envoy's terms.
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  RedirectAction_RedirectResponseCode,
  type RouteAction_HashPolicySchema,
  type RouteAction_UpgradeConfigSchema,
  type RouteActionSchema,
  type RouteMatchSchema,
  type RouteSchema,
} from '@envoyproxy/protos/envoy/config/route/v3/route_components_pb.js';
import {
  type Action,
  type Backend,
  type PathMatch,
  type Route,
  type RoutePolicy,
  unreachable,
} from '../dag/model.ts';
import { logText } from './log-text.ts';
import { clusterName, missingCluster } from './names.ts';
import { tunnelSilenceMs } from './tcp-proxy.ts';

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
 * without a route name are taken for requests without a scope. A route whose prefix is rewritten may be two of Envoy's.
 */
export function envoyRoutes(route: Route, settings: RouteSettings): readonly EnvoyRoute[] {
  const { match, action, source } = route;
  const name = logText(`${source} ${match.path}`);
  const rewrite = action.kind === 'forward' ? action.policy?.prefixRewrite : undefined;
  if (rewrite === undefined || match.kind === 'exact' || match.kind === 'regex')
    return [{ name, match: pathMatch(match), action: routeAction(action, settings) }];
  return rewrites({ ...match, kind: match.kind }, rewrite).map((rewritten) => ({
    name,
    match: rewritten.match,
    action: routeAction(action, { ...settings, prefixRewrite: rewritten.prefixRewrite }),
  }));
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

interface Rewrite {
  readonly match: MessageInitShape<typeof RouteMatchSchema>;
  readonly prefixRewrite: string;
}

/**
 * Envoy replaces the matched text and nothing else, so what is replaced has to end at a slash where the new prefix does:
 * `/blog` with `/` are `/blog/` with `/`, and `/blog` itself.
 */
function rewrites(
  match: Extract<PathMatch, { readonly kind: 'prefix' | 'string-prefix' }>,
  rewrite: string,
): readonly Rewrite[] {
  const { kind, path } = match;
  const prefixRewrite = rewrite.replace(/\/{2,}/g, '/');
  const endsAtSlash = prefixRewrite.endsWith('/');
  if (path.endsWith('/'))
    return [{ match: pathMatch(match), prefixRewrite: endsAtSlash ? prefixRewrite : `${prefixRewrite}/` }];
  if (!endsAtSlash) return [{ match: pathMatch(match), prefixRewrite }];
  const itself: PathMatch = kind === 'prefix' ? { kind: 'exact', path } : match;
  return [
    { match: pathMatch({ kind: 'string-prefix', path: `${path}/` }), prefixRewrite },
    { match: pathMatch(itself), prefixRewrite },
  ];
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

interface ActionSettings extends RouteSettings {
  readonly prefixRewrite?: string;
}

function routeAction(action: Action, settings: ActionSettings): NonNullable<EnvoyRoute['action']> {
  switch (action.kind) {
    case 'forward':
      return { case: 'route', value: { ...forward(action), prefixRewrite: settings.prefixRewrite ?? '' } };
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

type EnvoyRouteAction = MessageInitShape<typeof RouteActionSchema>;

function forward(action: Forward): EnvoyRouteAction {
  return {
    clusterSpecifier: clusterSpecifier(action.backends),
    upgradeConfigs: action.websockets ? [websocket] : [],
    hashPolicy: action.backends.some(({ cluster }) => cluster?.strategy === 'cookie') ? [affinity] : [],
    ...timesOf(action),
    ...retriesOf(action.policy),
  };
}

/** Keeps a client at one endpoint for as long as its browser runs: the cookie has no end of its own. */
const affinity: MessageInitShape<typeof RouteAction_HashPolicySchema> = {
  policySpecifier: {
    case: 'cookie',
    value: { name: 'X-Contour-Session-Affinity', path: '/', ttl: { seconds: 0n } },
  },
};

/** Envoy answers 408 when nothing was sent in either direction for so long, unless the route says otherwise. */
const longestSilenceMs = 5 * 60_000;
/** So that a time limit is always over first, and the answer is 504. */
const silenceBeyondMs = 60_000;
/** Envoy takes no time at all for no limit. */
const noLimit = { seconds: 0n };

/**
 * The timeout counts from the end of the request, so it never ends an upgraded connection: its request has no end. That
 * may be as silent as one that is handed on.
 */
function timesOf({ policy, websockets }: Forward): Pick<EnvoyRouteAction, 'timeout' | 'idleTimeout'> {
  const { timeoutMs } = policy ?? {};
  if (timeoutMs === 'infinity') return { timeout: noLimit, idleTimeout: noLimit };
  const silenceMs = Math.max(
    websockets ? tunnelSilenceMs : 0,
    timeoutMs !== undefined && timeoutMs >= longestSilenceMs ? timeoutMs + silenceBeyondMs : 0,
  );
  return {
    ...(timeoutMs !== undefined && { timeout: durationOf(timeoutMs) }),
    ...(silenceMs > 0 && { idleTimeout: durationOf(silenceMs) }),
  };
}

function retriesOf({ retry }: RoutePolicy = {}): Pick<EnvoyRouteAction, 'retryPolicy'> {
  if (retry === undefined) return {};
  const { on = '5xx', count, perTryTimeoutMs } = retry;
  return {
    retryPolicy: {
      retryOn: on,
      numRetries: count,
      ...(perTryTimeoutMs !== undefined && { perTryTimeout: durationOf(perTryTimeoutMs) }),
    },
  };
}

const durationOf = (ms: number) => ({ seconds: BigInt(Math.floor(ms / 1_000)), nanos: (ms % 1_000) * 1e6 });

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
