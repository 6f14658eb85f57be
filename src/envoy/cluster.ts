// A port of a Service as Envoy's cluster. Its endpoints come apart, so that they change without it.
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Cluster_DiscoveryType,
  Cluster_DnsLookupFamily,
  Cluster_LbPolicy,
  type ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { HttpProtocolOptionsSchema } from '@envoyproxy/protos/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import type { CircuitBreaker, Cluster } from '../dag/model.ts';
import { ads, socketAddress } from './config-source.ts';
import { pack } from './encode.ts';
import { healthCheck } from './health-check.ts';
import { clusterName, endpointsName, statName } from './names.ts';
import { upstreamTls } from './upstream-tls.ts';

type EnvoyCluster = Exclude<MessageInitShape<typeof ClusterSchema>, { $typeName: string }>;

/** With panic threshold 0 unhealthy endpoints get nothing, even if all of them are. */
export function envoyCluster(cluster: Cluster): EnvoyCluster {
  const { strategy, limits } = cluster;
  return {
    name: clusterName(cluster),
    altStatName: statName(cluster),
    ...discovery(cluster),
    connectTimeout: { nanos: 250_000_000 },
    commonLbConfig: { healthyPanicThreshold: { value: 0 } },
    ...(strategy && { lbPolicy: policies[strategy] }),
    ...(limits && { circuitBreakers: { thresholds: [thresholds(limits)] } }),
    ...(cluster.healthCheck && {
      healthChecks: [healthCheck(cluster.healthCheck, cluster.protocol)],
      // Else an endpoint that is gone is kept, and its connections, for as long as it answers.
      ignoreHealthOnHostRemoval: true,
    }),
    ...protocolOf(cluster),
  };
}

/** The name is absolute: search domains would turn a short one into a Service of the cluster. */
function discovery(
  cluster: Cluster,
): Pick<
  EnvoyCluster,
  'clusterDiscoveryType' | 'edsClusterConfig' | 'respectDnsTtl' | 'dnsLookupFamily' | 'loadAssignment'
> {
  const { externalName, port } = cluster;
  if (externalName === undefined)
    return {
      clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
      edsClusterConfig: { edsConfig: ads, serviceName: endpointsName(cluster) },
    };
  const address = socketAddress(`${externalName}.`, port);
  return {
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.STRICT_DNS },
    respectDnsTtl: true,
    // Left alone Envoy takes an IPv6 address wherever there is one, be there a way to it or not.
    dnsLookupFamily: Cluster_DnsLookupFamily.V4_PREFERRED,
    loadAssignment: {
      clusterName: clusterName(cluster),
      endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: 'endpoint', value: { address } } }] }],
    },
  };
}

const policies: Readonly<Record<NonNullable<Cluster['strategy']>, Cluster_LbPolicy>> = {
  'least-request': Cluster_LbPolicy.LEAST_REQUEST,
  random: Cluster_LbPolicy.RANDOM,
  cookie: Cluster_LbPolicy.RING_HASH,
};

function thresholds({ maxConnections, maxPendingRequests, maxRequests, maxRetries }: CircuitBreaker) {
  return {
    ...(maxConnections !== undefined && { maxConnections }),
    ...(maxPendingRequests !== undefined && { maxPendingRequests }),
    ...(maxRequests !== undefined && { maxRequests }),
    ...(maxRetries !== undefined && { maxRetries }),
  };
}

const http2 = pack(HttpProtocolOptionsSchema, {
  upstreamProtocolOptions: {
    case: 'explicitHttpConfig',
    value: { protocolConfig: { case: 'http2ProtocolOptions', value: {} } },
  },
});

function protocolOf(
  cluster: Cluster,
): Pick<EnvoyCluster, 'typedExtensionProtocolOptions' | 'transportSocket'> {
  const { protocol } = cluster;
  return {
    ...((protocol === 'h2' || protocol === 'h2c') && {
      typedExtensionProtocolOptions: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2 },
    }),
    ...((protocol === 'h2' || protocol === 'tls') && { transportSocket: upstreamTls(cluster) }),
  };
}
