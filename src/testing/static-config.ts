// Resources as static parts of one bootstrap, so that Envoy judges them without being served anything.
import { create, fromBinary, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import {
  type Bootstrap,
  BootstrapSchema,
} from '@envoyproxy/protos/envoy/config/bootstrap/v3/bootstrap_pb.js';
import {
  Cluster_DiscoveryType,
  ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { AddressSchema } from '@envoyproxy/protos/envoy/config/core/v3/address_pb.js';
import { TypedExtensionConfigSchema } from '@envoyproxy/protos/envoy/config/core/v3/extension_pb.js';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import type {
  FilterChainSchema,
  FilterSchema,
} from '@envoyproxy/protos/envoy/config/listener/v3/listener_components_pb.js';
import { type Listener, ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import {
  type HttpConnectionManager,
  HttpConnectionManagerSchema,
} from '@envoyproxy/protos/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { DownstreamTlsContextSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { bootstrap, defaultLimits } from '../envoy/bootstrap.ts';
import { connectionManager } from '../envoy/connection-manager.ts';
import { pack } from '../envoy/encode.ts';
import { registry } from '../envoy/json.ts';
import { typeUrl } from '../envoy/type-url.ts';
import type { Resource } from '../xds/resource.ts';

/** A bootstrap with all of them. Names and ports become unique, since scenarios share both; all else is as served. */
export function staticConfig(resources: readonly Resource[]): string {
  const message = bootstrap({
    ...{ nodeId: 'envoy-1', nodeCluster: 'ingress', adminSocket: '/tmp/never-opened.sock' },
    ...{ xds: { address: '127.0.0.1', port: 8001, tls: undefined }, ...defaultLimits },
    stats: { address: '127.0.0.1', port: 8002 },
  });
  for (const [index, resource] of resources.entries()) {
    const add = adders[resource.type];
    if (add === undefined) throw new Error(`${resource.type} has no place in a bootstrap`);
    add(message, resource.bytes, index);
  }
  return JSON.stringify(toJson(BootstrapSchema, message, { registry }));
}

type Add = (message: Bootstrap, bytes: Uint8Array, index: number) => void;

const adders: Readonly<Record<string, Add>> = {
  [typeUrl.cluster](message, bytes, index) {
    const cluster = fromBinary(ClusterSchema, bytes);
    message.staticResources?.clusters.push({ ...cluster, name: `${index}/${cluster.name}` });
  },
  [typeUrl.endpoints](message, bytes, index) {
    const loadAssignment = fromBinary(ClusterLoadAssignmentSchema, bytes);
    const clusterDiscoveryType = { case: 'type' as const, value: Cluster_DiscoveryType.STATIC };
    const name = `${index}/${loadAssignment.clusterName}`;
    message.staticResources?.clusters.push(
      create(ClusterSchema, { name, clusterDiscoveryType, loadAssignment }),
    );
  },
  [typeUrl.listener](message, bytes, index) {
    addListener(message, index, fromBinary(ListenerSchema, bytes));
  },
  [typeUrl.scope](message, bytes, index) {
    const { routeConfiguration: value } = fromBinary(ScopedRouteConfigurationSchema, bytes);
    if (value === undefined) throw new Error('a scope without routes');
    const manager = usualManager();
    manager.routeSpecifier = { case: 'routeConfig', value };
    addListener(message, index, listenerOf({ filters: [filterOf(manager)] }));
  },
  [typeUrl.extension](message, bytes, index) {
    const { name, typedConfig } = fromBinary(TypedExtensionConfigSchema, bytes);
    const manager = usualManager();
    const filter = manager.httpFilters.find((candidate) => candidate.name === name);
    if (filter === undefined || typedConfig === undefined) throw new Error(`no filter has the name ${name}`);
    filter.configType = { case: 'typedConfig', value: typedConfig };
    addListener(message, index, listenerOf({ filters: [filterOf(manager)] }));
  },
  [typeUrl.secret](message, bytes, index) {
    const { type } = fromBinary(SecretSchema, bytes);
    if (type.case !== 'tlsCertificate') throw new Error(`a secret with ${type.case}`);
    const context = pack(DownstreamTlsContextSchema, { commonTlsContext: { tlsCertificates: [type.value] } });
    const configType = { case: 'typedConfig' as const, value: context };
    const transportSocket = { name: 'envoy.transport_sockets.tls', configType };
    addListener(message, index, listenerOf({ filters: [filterOf(usualManager())], transportSocket }));
  },
};

/** On a port of its own. */
function addListener(message: Bootstrap, index: number, listener: Listener): void {
  const portSpecifier = { case: 'portValue' as const, value: 10_000 + index };
  const socketAddress = { address: '127.0.0.1', portSpecifier };
  listener.name = `${index}/${listener.name}`;
  listener.address = create(AddressSchema, { address: { case: 'socketAddress', value: socketAddress } });
  message.staticResources?.listeners.push(listener);
}

const listenerOf = (chain: MessageInitShape<typeof FilterChainSchema>): Listener =>
  create(ListenerSchema, { filterChains: [chain] });

/** That of the HTTP listener, with all of its filters. */
function usualManager(): HttpConnectionManager {
  const { configType } = connectionManager({ scheme: 'http', accessLog: '', numTrustedHops: 0 });
  const manager = anyUnpack(configType.value, HttpConnectionManagerSchema);
  if (manager === undefined) throw new Error('no connection manager');
  return manager;
}

const filterOf = (manager: HttpConnectionManager): MessageInitShape<typeof FilterSchema> => ({
  name: 'envoy.filters.network.http_connection_manager',
  configType: { case: 'typedConfig', value: pack(HttpConnectionManagerSchema, manager) },
});
