// What an Envoy is started with: where we are, its admin socket, its statistics, its limits.
import { create, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import {
  type Bootstrap,
  BootstrapSchema,
} from '@envoyproxy/protos/envoy/config/bootstrap/v3/bootstrap_pb.js';
import {
  ApiConfigSource_ApiType,
  ApiVersion,
} from '@envoyproxy/protos/envoy/config/core/v3/config_source_pb.js';
import type { GrpcService_EnvoyGrpcSchema } from '@envoyproxy/protos/envoy/config/core/v3/grpc_service_pb.js';
import type { OverloadManagerSchema } from '@envoyproxy/protos/envoy/config/overload/v3/overload_pb.js';
import { DownstreamConnectionsConfigSchema } from '@envoyproxy/protos/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb.js';
import { FixedHeapConfigSchema } from '@envoyproxy/protos/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb.js';
import { adsAwaited, pipeAddress } from './config-source.ts';
import { pack } from './encode.ts';
import { registry } from './json.ts';
import { adminCluster, statsListener } from './stats-listener.ts';
import { type XdsSettings, xdsCluster, xdsClusterName } from './xds-cluster.ts';

export interface BootstrapSettings {
  /** Tells this Envoy from others in our logs. */
  readonly nodeId: string;
  /** Name of the fleet. */
  readonly nodeCluster: string;
  readonly xds: XdsSettings;
  /** Path of the admin interface's unix socket; the system allows 107 bytes. */
  readonly adminSocket: string;
  /** Where `/stats`, `/stats/prometheus` and `/ready` are served. */
  readonly stats: { readonly address: string; readonly port: number };
  /** Bytes of heap at which Envoy stops to accept requests; it begins to shrink before. */
  readonly maxHeapBytes: number;
  /** Downstream connections over all listeners; more are closed at once. */
  readonly maxConnections: number;
}

/** Heap and connections for an Envoy that has a few GiB to itself. */
export const defaultLimits = { maxHeapBytes: 2 * 1024 ** 3, maxConnections: 50_000 } as const;

/** After our absence Envoy's own pause of up to 30 s would be that much time without changes and new certificates. */
const envoyGrpc: MessageInitShape<typeof GrpcService_EnvoyGrpcSchema> = {
  clusterName: xdsClusterName,
  retryPolicy: { retryBackOff: { baseInterval: { nanos: 250_000_000 }, maxInterval: { seconds: 3n } } },
};

/**
 * Envoy's own limit of 100 instructions refuses ordinary paths with a few character classes. RE2 is linear in the
 * request's path, so a larger program costs memory and nothing else.
 */
const runtime = { 're2.max_program_size.error_level': 1_000 };

/**
 * All dynamic configuration over one delta stream. The first listeners and clusters are awaited without end: an
 * Envoy that went on without them would call itself ready and refuse every connection.
 */
export function bootstrap(settings: BootstrapSettings): Bootstrap {
  return create(BootstrapSchema, {
    node: { id: settings.nodeId, cluster: settings.nodeCluster },
    admin: { address: pipeAddress(settings.adminSocket) },
    dynamicResources: {
      adsConfig: {
        apiType: ApiConfigSource_ApiType.DELTA_GRPC,
        transportApiVersion: ApiVersion.V3,
        grpcServices: [{ targetSpecifier: { case: 'envoyGrpc', value: envoyGrpc } }],
        setNodeOnFirstMessageOnly: true,
      },
      cdsConfig: adsAwaited,
      ldsConfig: adsAwaited,
    },
    staticResources: {
      clusters: [xdsCluster(settings.xds), adminCluster(settings.adminSocket)],
      listeners: [statsListener(settings.stats)],
    },
    layeredRuntime: {
      layers: [{ name: 'contour', layerSpecifier: { case: 'staticLayer', value: runtime } }],
    },
    overloadManager: overloadManager(settings),
    // The periodic flush merges the histograms of every cluster on the main thread, where changes then wait.
    statsFlush: { case: 'statsFlushOnAdmin', value: true },
  });
}

/** Canonical JSON of the bootstrap, as Envoy's `-c` takes it. */
export const bootstrapJson = (settings: BootstrapSettings): string =>
  `${JSON.stringify(toJson(BootstrapSchema, bootstrap(settings), { registry }), undefined, 2)}\n`;

function overloadManager(settings: BootstrapSettings): MessageInitShape<typeof OverloadManagerSchema> {
  const heap = 'envoy.resource_monitors.fixed_heap';
  const connections = 'envoy.resource_monitors.global_downstream_max_connections';
  const heapConfig = pack(FixedHeapConfigSchema, { maxHeapSizeBytes: BigInt(settings.maxHeapBytes) });
  const connectionsConfig = pack(DownstreamConnectionsConfigSchema, {
    maxActiveDownstreamConnections: BigInt(settings.maxConnections),
  });
  const action = (name: string, value: number) => ({
    name: `envoy.overload_actions.${name}`,
    triggers: [{ name: heap, triggerOneof: { case: 'threshold' as const, value: { value } } }],
  });
  return {
    refreshInterval: { nanos: 250_000_000 },
    resourceMonitors: [
      { name: heap, configType: { case: 'typedConfig', value: heapConfig } },
      { name: connections, configType: { case: 'typedConfig', value: connectionsConfig } },
    ],
    actions: [action('shrink_heap', 0.9), action('stop_accepting_requests', 0.98)],
  };
}
