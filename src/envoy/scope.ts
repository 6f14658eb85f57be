// A scope: one virtual host on one listener with its routes inside, the unit that Envoy rebuilds on a change.
import type { MessageInitShape } from '@bufbuild/protobuf';
import { FilterConfigSchema } from '@envoyproxy/protos/envoy/config/route/v3/route_components_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import type { Cluster, Route } from '../dag/model.ts';
import { type Resource, versionOf } from '../xds/resource.ts';
import { encode, overlay, pack } from './encode.ts';
import {
  caseFilter,
  clusterName,
  type Scheme,
  scopeHeader,
  scopeKey,
  scopeName,
  wildFilter,
} from './names.ts';
import {
  type EnvoyRoute,
  envoyRoutes,
  notFoundRoute,
  type RouteSettings,
  unavailableRoute,
} from './route.ts';
import { typeUrl } from './type-url.ts';

const disabled = pack(FilterConfigSchema, { disabled: true });

/**
 * `validateClusters` is false or one unknown cluster refuses the whole response. The look-up filters are taken out
 * of the chain on a hit, which makes a hit as fast as without them; `disabled` is for these two alone, for no filter
 * that has a say in who may pass (requests that reach a scope by a second look-up have their chain already).
 */
export function scopedRouteConfiguration(
  scheme: Scheme,
  host: string,
  routes: readonly Route[],
  settings: RouteSettings,
): MessageInitShape<typeof ScopedRouteConfigurationSchema> {
  return scopeOf(scheme, host, [
    ...routes.flatMap((route) => envoyRoutes(route, settings)),
    notFoundRoute(host),
  ]);
}

function scopeOf(
  scheme: Scheme,
  host: string,
  routes: EnvoyRoute[],
): MessageInitShape<typeof ScopedRouteConfigurationSchema> {
  const name = scopeName(scheme, host);
  return {
    name,
    key: { fragments: [{ type: { case: 'stringKey', value: scopeKey(scheme, host) } }] },
    routeConfiguration: {
      name,
      virtualHosts: [{ name: host, domains: ['*'], routes }],
      requestHeadersToRemove: [scopeHeader],
      typedPerFilterConfig: { [caseFilter]: disabled, [wildFilter]: disabled },
      validateClusters: false,
    },
  };
}

/**
 * For a host of which Envoy has refused everything so far. Without a scope its requests would be answered by the
 * wildcard or default host, of another tenant.
 */
export function refusedScope(scheme: Scheme, host: string): Resource {
  const name = scopeName(scheme, host);
  const bytes = encode(
    ScopedRouteConfigurationSchema,
    scopeOf(scheme, host, [unavailableRoute(`${host}/refused`)]),
  );
  return { type: typeUrl.scope, name, bytes, version: versionOf(bytes), requires: [] };
}

/** Every cluster that the routes name, by name, sorted. */
export function clustersOf(routes: readonly Route[]): ReadonlyMap<string, Cluster> {
  const clusters = new Map<string, Cluster>();
  for (const { action } of routes) {
    if (action.kind !== 'forward') continue;
    for (const { cluster } of action.backends) {
      if (cluster !== undefined) clusters.set(clusterName(cluster), cluster);
    }
  }
  return new Map([...clusters].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The same scope in other bytes: the generation goes into the name of the route configuration, which nothing reads.
 * Envoy ignores scopes of a refused response when they come again with equal bytes.
 */
export function stampScope(resource: Resource, generation: string): Uint8Array {
  const name = `${resource.name}#${generation}`;
  return overlay(resource.bytes, encode(ScopedRouteConfigurationSchema, { routeConfiguration: { name } }));
}
