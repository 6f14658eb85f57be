// Statistics and readiness for the network, without the rest of the admin interface, which can stop an Envoy.
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Cluster_DiscoveryType,
  type ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import type { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import type { RouteSchema } from '@envoyproxy/protos/envoy/config/route/v3/route_components_pb.js';
import {
  HttpConnectionManager_PathWithEscapedSlashesAction,
  HttpConnectionManagerSchema,
} from '@envoyproxy/protos/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { pipeAddress, socketAddress } from './config-source.ts';
import { pack } from './encode.ts';
import { router } from './filters/router.ts';

const adminClusterName = 'admin';

/** The admin interface, by its unix socket. */
export function adminCluster(socket: string): MessageInitShape<typeof ClusterSchema> {
  const endpoint = { hostIdentifier: { case: 'endpoint' as const, value: { address: pipeAddress(socket) } } };
  return {
    name: adminClusterName,
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.STATIC },
    connectTimeout: { nanos: 250_000_000 },
    loadAssignment: { clusterName: adminClusterName, endpoints: [{ lbEndpoints: [endpoint] }] },
  };
}

/** Paths that are served, exactly so; everything else is 404. */
export const statsPaths = ['/ready', '/stats', '/stats/prometheus'] as const;

/** Probes and scrapes must work in an Envoy under load, so the limits on connections and memory leave it out. */
export function statsListener(listen: {
  readonly address: string;
  readonly port: number;
}): MessageInitShape<typeof ListenerSchema> {
  const connectionManager = pack(HttpConnectionManagerSchema, {
    statPrefix: 'stats',
    normalizePath: true,
    mergeSlashes: true,
    pathWithEscapedSlashesAction: HttpConnectionManager_PathWithEscapedSlashesAction.REJECT_REQUEST,
    routeSpecifier: {
      case: 'routeConfig',
      value: { virtualHosts: [{ name: 'stats', domains: ['*'], routes: statsPaths.map(statsRoute) }] },
    },
    httpFilters: [router],
  });
  return {
    name: 'stats',
    address: socketAddress(listen.address, listen.port),
    ignoreGlobalConnLimit: true,
    bypassOverloadManager: true,
    filterChains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            configType: { case: 'typedConfig', value: connectionManager },
          },
        ],
      },
    ],
  };
}

function statsRoute(path: string): MessageInitShape<typeof RouteSchema> {
  return {
    name: path,
    match: { pathSpecifier: { case: 'path', value: path } },
    action: { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: adminClusterName } } },
  };
}
