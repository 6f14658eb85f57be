// What concerns an IngressRoute as a whole, root or not: an error fails all its routes.
import type { IngressRoute } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { unsupportedFields } from './unsupported.ts';

/** Needs no other object. */
export function wholeProblems(object: IngressRoute): readonly Problem[] {
  return [
    ...object.malformed.map(({ path, message }) => problems.MalformedField(path, message)),
    ...unsupportedFields(object).object,
    ...tcpProxyProblems(object),
  ];
}

/** A tcpproxy has no effect where there is no TLS but there are routes. Elsewhere those would serve in its place. */
function tcpProxyProblems({ tcpproxy, routes, virtualhost }: IngressRoute): readonly Problem[] {
  if (!tcpproxy) return routes.length === 0 ? [problems.NoRoutes()] : [];
  const ignored = virtualhost?.tls === undefined && routes.length > 0;
  return [ignored ? problems.TcpProxyIgnored() : problems.FieldUnsupported('spec.tcpproxy')];
}
