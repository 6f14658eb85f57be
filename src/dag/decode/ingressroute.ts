// contour.heptio.com/v1beta1: IngressRoute and TLSCertificateDelegation, as their schemas describe them.
import { certificateDelegationSpec } from '../api/certificate-delegation.ts';
import { ingressRouteSpec, mostRoutes, tcpproxy, virtualhost } from '../api/ingressroute.ts';
import { route } from '../api/route.ts';
import type { IngressRoute, Meta, RouteSpec, TcpProxySpec, TLSCertificateDelegation } from '../objects.ts';
import { isJsonObject, type JsonObject, own, wrongText } from './fields.ts';
import { itemsOf, noNotes, noteUnknown, Place, readerOf } from './spec.ts';

const readVirtualHost = readerOf(virtualhost);
const readRoute = readerOf(route);
const readTcpProxy = readerOf(tcpproxy);
const readDelegations = readerOf(certificateDelegationSpec);
const knownInSpec: ReadonlySet<string> = new Set(Object.keys(ingressRouteSpec.shape));

export function decodeIngressRoute(meta: Meta, raw: JsonObject): IngressRoute {
  const place = new Place(undefined, 'spec');
  const spec = specOf(raw, place) ?? {};
  noteUnknown(spec, knownInSpec, place);
  return {
    ...meta,
    kind: 'IngressRoute',
    virtualhost: virtualHostOf(spec, place),
    routes: routesOf(spec, place),
    tcpproxy: tcpProxyOf(spec, place),
    ...place.notes,
  };
}

function specOf(raw: JsonObject, place: Place): JsonObject | undefined {
  const spec = own(raw, 'spec');
  return isJsonObject(spec) ? spec : place.note(spec === undefined ? 'is missing' : 'must be an object');
}

/** A virtualhost that can't be read still makes the object a root, one without a name. */
function virtualHostOf(spec: JsonObject, place: Place): IngressRoute['virtualhost'] {
  const value = own(spec, 'virtualhost');
  return value === undefined ? undefined : (readVirtualHost(value, place, 'virtualhost') ?? { fqdn: '' });
}

function routesOf(spec: JsonObject, parent: Place): readonly RouteSpec[] {
  const value = own(spec, 'routes');
  if (value === undefined) return [];
  const place = new Place(parent, 'routes');
  return itemsOf(value, mostRoutes, place).flatMap((item, index) =>
    routeOf(item, { spec: parent, place, index }),
  );
}

interface RoutePlace {
  readonly spec: Place;
  /** Of the list. */
  readonly place: Place;
  readonly index: number;
}

/**
 * What is wrong in a route is in the route. A match that can't be read concerns the whole object: nobody knows which
 * prefix has to fail.
 */
function routeOf(item: unknown, { spec, place, index }: RoutePlace): readonly RouteSpec[] {
  if (!isJsonObject(item)) {
    new Place(place, index).note('must be an object');
    return [];
  }
  const match = own(item, 'match');
  const wrong = match === undefined ? undefined : wrongText(match);
  if (wrong !== undefined) {
    new Place(new Place(place, index), 'match').note(wrong);
    return [];
  }
  const notes = noNotes();
  const read = readRoute(item, new Place(spec, 'routes', notes), index);
  return read === undefined ? [] : [{ ...read, ...notes }];
}

/** A tcpproxy that can't be read is one without services. */
function tcpProxyOf(spec: JsonObject, parent: Place): TcpProxySpec | undefined {
  const value = own(spec, 'tcpproxy');
  if (value === undefined) return undefined;
  const notes = noNotes();
  return {
    ...(readTcpProxy(value, parent.noting(notes), 'tcpproxy') ?? { services: [] }),
    ...notes,
  };
}

/** Entries that can't be read, or say nothing, grant nothing, and are noted. */
export function decodeDelegation(meta: Meta, raw: JsonObject): TLSCertificateDelegation {
  const root = new Place(undefined, '');
  const spec = own(raw, 'spec');
  if (spec === undefined) new Place(undefined, 'spec', root.notes).note('is missing');
  const { delegations = [] } = (spec === undefined ? undefined : readDelegations(spec, root, 'spec')) ?? {};
  const list = new Place(new Place(root, 'spec'), 'delegations');
  for (const [index, { secretName, targetNamespaces }] of delegations.entries()) {
    const place = new Place(list, index);
    if (secretName === '' || secretName.includes('/'))
      new Place(place, 'secretName').note('must be the name of a Secret in the namespace of this object');
    if (targetNamespaces.length === 0) new Place(place, 'targetNamespaces').note('names no namespace');
  }
  return { ...meta, kind: 'TLSCertificateDelegation', delegations, ...root.notes };
}
