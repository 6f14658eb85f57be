// References to Services -> the shares of a route's or tcpproxy's traffic, and what is wrong with them.
import { clusterOf, type ServiceContext, type WeightedReference } from './cluster.ts';
import type { Action, Backend, RoutePolicy } from './model.ts';
import type { Problem } from './problems.ts';

interface Request {
  readonly namespace: string;
  readonly services: readonly WeightedReference[];
  /** Undefined: of a tcpproxy. */
  readonly route: string | undefined;
}

export interface Resolved {
  /** Empty if no share is left that can be served. */
  readonly backends: readonly Backend[];
  readonly problems: readonly Problem[];
  /** A secret is not known yet; it does not count as missing. */
  readonly incomplete: boolean;
}

/** The shares of these services. One that is missing keeps its share, which is answered 503. */
export function resolveServices(context: ServiceContext, request: Request): Resolved {
  const weights = effectiveWeights(request.services);
  const backends: Backend[] = [];
  const found: Problem[] = [];
  let incomplete = false;
  for (const [index, service] of request.services.entries()) {
    const weight = weights[index] ?? 0;
    const severity = weight > 0 ? 'error' : 'warning';
    const { namespace, route } = request;
    const reference = { namespace, name: service.name, port: service.port, route, severity } as const;
    const cluster = clusterOf(context, { service, reference, found });
    if (cluster === 'unknown') incomplete = true;
    const usable = cluster === 'unknown' ? undefined : cluster;
    if (usable !== undefined || weight > 0) backends.push({ cluster: usable, weight });
  }
  const serves = backends.some(({ cluster, weight }) => cluster !== undefined && weight > 0);
  return { backends: serves ? backends : [], problems: found, incomplete };
}

interface RouteRequest extends Request {
  readonly websockets: boolean;
  readonly policy?: RoutePolicy | undefined;
}

const unavailable: Action = { kind: 'respond', status: 503 };

/** The action of a route to these services: if no share is left that can be served, the whole route answers 503. */
export function forwardTo(
  context: ServiceContext,
  { websockets, policy, ...request }: RouteRequest,
): Omit<Resolved, 'backends'> & { readonly action: Action } {
  const { backends, ...rest } = resolveServices(context, request);
  const action: Action =
    backends.length > 0 ? { kind: 'forward', backends, websockets, ...(policy && { policy }) } : unavailable;
  return { action, ...rest };
}

/** None given: even. Some given: the others get 0. All zero: even. */
function effectiveWeights(services: readonly WeightedReference[]): readonly number[] {
  const given = services.map(({ weight }) => weight ?? 0);
  return given.some((weight) => weight > 0) ? given : given.map(() => 1);
}
