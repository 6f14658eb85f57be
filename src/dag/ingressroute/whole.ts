// What concerns an IngressRoute as a whole, root or not: an error fails all its routes.
import type { IngressRoute } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';

/** Needs no other object. */
export function wholeProblems(object: IngressRoute): readonly Problem[] {
  return [
    ...object.malformed.map(({ path, message }) => problems.MalformedField(path, message)),
    ...object.unknownFields.map(({ path, nearest }) => problems.UnknownField(path, nearest)),
    ...useProblems(object),
  ];
}

/** Only a root with TLS can hand its connections on. */
export const handsConnectionsOn = ({ tcpproxy, virtualhost }: IngressRoute): boolean =>
  tcpproxy !== undefined && virtualhost?.tls !== undefined;

/** False: its routes stand beside a tcpproxy, and have no effect as far as the object itself can tell. */
export const mayServeRoutes = (object: IngressRoute): boolean =>
  object.tcpproxy === undefined || (object.virtualhost !== undefined && !handsConnectionsOn(object));

/** What of routes and tcpproxy has no effect. A tcpproxy of an object that others delegate to waits for its use. */
function useProblems(object: IngressRoute): readonly Problem[] {
  const { tcpproxy, routes, virtualhost } = object;
  if (tcpproxy === undefined) return routes.length === 0 ? [problems.NoRoutes()] : [];
  if (virtualhost === undefined) return [];
  if (handsConnectionsOn(object)) return routes.length > 0 ? [problems.RoutesIgnored()] : [];
  return [routes.length > 0 ? problems.TcpProxyIgnored() : problems.TcpProxyNeedsTls()];
}
