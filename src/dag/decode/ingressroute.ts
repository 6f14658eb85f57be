// contour.heptio.com/v1beta1: IngressRoute and TLSCertificateDelegation, as their schemas describe them.
import { certificateDelegationSpec } from '../api/certificate-delegation.ts';
import { ingressRouteSpec, mostRoutes, tcpproxy, virtualhost } from '../api/ingressroute.ts';
import { route } from '../api/route.ts';
import type { IngressRoute, Meta, RouteSpec, TcpProxySpec, TLSCertificateDelegation } from '../objects.ts';
import { isJsonObject, type JsonObject, noteMalformed, own, wrongText } from './fields.ts';
import { at, itemsOf, type Notes, noNotes, noteUnknown, type Place, readerOf } from './spec.ts';

const readVirtualHost = readerOf(virtualhost);
const readRoute = readerOf(route);
const readTcpProxy = readerOf(tcpproxy);
const readDelegations = readerOf(certificateDelegationSpec);
const knownInSpec: ReadonlySet<string> = new Set(Object.keys(ingressRouteSpec.shape));

export function decodeIngressRoute(meta: Meta, raw: JsonObject): IngressRoute {
  const notes = noNotes();
  const spec = specOf(raw, notes) ?? {};
  noteUnknown(spec, knownInSpec, { path: 'spec', notes });
  return {
    ...meta,
    kind: 'IngressRoute',
    virtualhost: virtualHostOf(spec, notes),
    routes: routesOf(spec, notes),
    tcpproxy: tcpProxyOf(spec),
    ...notes,
  };
}

function specOf(raw: JsonObject, { malformed }: Notes): JsonObject | undefined {
  const spec = own(raw, 'spec');
  if (isJsonObject(spec)) return spec;
  noteMalformed(malformed, {
    path: 'spec',
    message: spec === undefined ? 'is missing' : 'must be an object',
  });
  return undefined;
}

/** A virtualhost that can't be read still makes the object a root, one without a name. */
function virtualHostOf(spec: JsonObject, notes: Notes): IngressRoute['virtualhost'] {
  const value = own(spec, 'virtualhost');
  if (value === undefined) return undefined;
  return readVirtualHost(value, { path: 'spec.virtualhost', notes }) ?? { fqdn: '' };
}

function routesOf(spec: JsonObject, notes: Notes): readonly RouteSpec[] {
  const value = own(spec, 'routes');
  if (value === undefined) return [];
  const place: Place = { path: 'spec.routes', notes };
  return itemsOf(value, mostRoutes, place).flatMap((item, index) =>
    routeOf(item, { path: `spec.routes[${index}]`, notes }),
  );
}

/**
 * What is wrong in a route is in the route. A match that can't be read concerns the whole object: nobody knows which
 * prefix has to fail.
 */
function routeOf(item: unknown, { path, notes }: Place): readonly RouteSpec[] {
  if (!isJsonObject(item)) {
    noteMalformed(notes.malformed, { path, message: 'must be an object' });
    return [];
  }
  const match = own(item, 'match');
  const wrong = match === undefined ? undefined : wrongText(match);
  if (wrong !== undefined) {
    noteMalformed(notes.malformed, { path: at(path, 'match'), message: wrong });
    return [];
  }
  const inside = noNotes();
  const read = readRoute(item, { path, notes: inside });
  return read === undefined ? [] : [{ ...read, ...inside }];
}

/** A tcpproxy that can't be read is one without services. */
function tcpProxyOf(spec: JsonObject): TcpProxySpec | undefined {
  const value = own(spec, 'tcpproxy');
  if (value === undefined) return undefined;
  const notes = noNotes();
  return { ...(readTcpProxy(value, { path: 'spec.tcpproxy', notes }) ?? { services: [] }), ...notes };
}

/** Entries that can't be read, or say nothing, grant nothing, and are noted. */
export function decodeDelegation(meta: Meta, raw: JsonObject): TLSCertificateDelegation {
  const notes = noNotes();
  const spec = specOf(raw, notes);
  const { delegations = [] } = (spec && readDelegations(spec, { path: 'spec', notes })) ?? {};
  for (const [index, { secretName, targetNamespaces }] of delegations.entries()) {
    const path = `spec.delegations[${index}]`;
    const note = (field: string, message: string) =>
      noteMalformed(notes.malformed, { path: at(path, field), message });
    if (secretName === '' || secretName.includes('/'))
      note('secretName', 'must be the name of a Secret in the namespace of this object');
    if (targetNamespaces.length === 0) note('targetNamespaces', 'names no namespace');
  }
  return { ...meta, kind: 'TLSCertificateDelegation', delegations, ...notes };
}
