// A root's tcpproxy and those that it is delegated to -> where the connections of its host go.
import type { ServiceContext } from '../cluster.ts';
import type { Findings } from '../findings.ts';
import type { TcpProxy } from '../model.ts';
import {
  type DelegateSpec,
  type IngressRoute,
  keyOf,
  type ObjectKey,
  objectKey,
  type TcpProxySpec,
} from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { type Resolved, resolveServices } from '../services.ts';
import { longestChain, longestCycle } from './delegation.ts';
import { serviceProblems } from './service-problems.ts';
import { wholeProblems } from './whole.ts';

export interface TcpTarget extends Pick<TcpProxy, 'backends' | 'source' | 'chain'> {
  /** Objects that name a Secret of authorities that is not known yet. */
  readonly waiting: ReadonlySet<ObjectKey>;
}

interface Context extends ServiceContext {
  readonly findings: Findings;
  readonly host: string;
}

/** Follows the delegations, each object once. Tells `findings` of all objects on the way. */
export function collectTcpProxy(context: Context, root: IngressRoute): TcpTarget {
  const { findings } = context;
  const way = new Map<ObjectKey, IngressRoute>();
  findings.reached(root);
  let next: IngressRoute | undefined = root;
  let target: Resolved | undefined;
  while (next !== undefined) {
    const at: IngressRoute = next;
    const key = keyOf(at);
    way.set(key, at);
    const usable = usableTcpProxy(at, findings);
    const found = usable?.delegate && follow(context, way, { from: at, delegate: usable.delegate });
    next = found && 'kind' in found ? found : undefined;
    if (found && 'code' in found) findings.own(key, found);
    if (next !== undefined) {
      findings.reached(next, root);
      findings.led(keyOf(next), '');
    }
    if (usable && !usable.delegate) target = served(context, at, usable);
  }
  const keys = [...way.keys()];
  return {
    backends: target?.backends ?? [],
    waiting: new Set(target?.incomplete ? keys.slice(-1) : []),
    source: keys.at(-1) ?? keyOf(root),
    chain: keys.slice(0, -1).slice(-longestChain),
  };
}

/** Undefined: something is wrong with it, or with a delegated object as a whole. What concerns a root is told elsewhere. */
function usableTcpProxy(object: IngressRoute, findings: Findings): TcpProxySpec | undefined {
  const { tcpproxy, virtualhost } = object;
  const found = [
    ...(tcpproxy ? tcpProxyProblems(tcpproxy) : []),
    ...(virtualhost ? [] : wholeProblems(object)),
  ];
  findings.own(keyOf(object), found);
  return found.some(({ severity }) => severity === 'error') ? undefined : tcpproxy;
}

interface Delegation {
  readonly from: IngressRoute;
  readonly delegate: DelegateSpec;
}

/** The object that a tcpproxy is delegated to, or why it can't be. */
function follow(
  { view }: Context,
  way: ReadonlyMap<ObjectKey, IngressRoute>,
  { from, delegate }: Delegation,
): IngressRoute | Problem {
  const at = { namespace: delegate.namespace ?? from.namespace, name: delegate.name };
  const key = objectKey('IngressRoute', at.namespace, at.name);
  if (way.has(key)) return cycle(way, key);
  const object = view.ingressRoute(at.namespace, at.name);
  if (object === undefined) return problems.DelegateMissing(undefined, at);
  if (object.virtualhost) return problems.DelegateIsRoot(undefined, at);
  return object.tcpproxy === undefined ? problems.DelegateHasNoTcpProxy(at) : object;
}

function cycle(way: ReadonlyMap<ObjectKey, IngressRoute>, key: ObjectKey): Problem {
  const objects = [...way.values()].slice([...way.keys()].indexOf(key));
  const told = objects.slice(0, longestCycle);
  const [first] = told;
  return problems.DelegationCycle(undefined, first ? [...told, first] : [], objects.length - told.length);
}

/** Needs no other object; any error fails the tcpproxy. */
function tcpProxyProblems({
  services,
  delegate,
  malformed,
  unknownFields,
}: TcpProxySpec): readonly Problem[] {
  return [
    ...malformed.map(({ path, message }) => problems.MalformedField(path, message)),
    ...unknownFields.map(({ path, nearest }) => problems.UnknownField(path, nearest)),
    ...(services.length > 0 && delegate ? [problems.ServicesAndDelegate(undefined)] : []),
    ...(services.length === 0 && !delegate ? [problems.NoTarget(undefined)] : []),
    ...serviceProblems(undefined, services),
  ];
}

function served(context: Context, object: IngressRoute, { services }: TcpProxySpec): Resolved {
  const { namespace } = object;
  const resolved = resolveServices(context, { namespace, services, route: undefined });
  context.findings.own(keyOf(object), resolved.problems);
  return resolved;
}
