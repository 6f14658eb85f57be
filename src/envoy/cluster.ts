// A port of a Service as Envoy's cluster. Its endpoints come apart, so that they change without it.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import {
  Cluster_DiscoveryType,
  Cluster_LbPolicy,
  type Cluster_TransportSocketMatchSchema,
  type ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import {
  type HttpProtocolOptions_ExplicitHttpConfigSchema,
  HttpProtocolOptionsSchema,
} from '@envoyproxy/protos/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import type { CircuitBreaker, Cluster } from '../dag/model.ts';
import { addressFilters } from './cluster-addresses.ts';
import { type DnsDiscovery, dnsDiscovery } from './cluster-dns.ts';
import { ads } from './config-source.ts';
import { pack } from './encode.ts';
import { checksMatch, healthCheck } from './health-check.ts';
import { clusterName, endpointsName, statName } from './names.ts';
import { upstreamTls } from './upstream-tls.ts';

type CheckSocket = MessageInitShape<typeof Cluster_TransportSocketMatchSchema>;
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
    ...(cluster.protocol === 'passthrough' &&
      cluster.healthCheck && { transportSocketMatches: [tlsOfChecks(cluster)] }),
    ...protocolOf(cluster),
  };
}

/** Chosen by health checks alone: no endpoint has such metadata. */
const tlsOfChecks = (cluster: Cluster): CheckSocket => ({
  name: 'checks',
  match: checksMatch,
  transportSocket: upstreamTls(cluster),
});

function discovery(
  cluster: Cluster,
): DnsDiscovery | Pick<EnvoyCluster, 'clusterDiscoveryType' | 'edsClusterConfig'> {
  const { externalName } = cluster;
  if (externalName !== undefined) return dnsDiscovery(cluster, externalName);
  return {
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: ads, serviceName: endpointsName(cluster) },
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

type HttpConfig = MessageInitShape<typeof HttpProtocolOptions_ExplicitHttpConfigSchema>;

const http1: HttpConfig = { protocolConfig: { case: 'httpProtocolOptions', value: {} } };
const http2: HttpConfig = { protocolConfig: { case: 'http2ProtocolOptions', value: {} } };

/** Undefined: HTTP/1.1 with nothing else, which needs no words. */
function httpOptions({ protocol, externalName }: Cluster): Any | undefined {
  const isHttp2 = protocol === 'h2' || protocol === 'h2c';
  if (externalName === undefined) return isHttp2 ? plainHttp2 : undefined;
  return isHttp2 ? guardedHttp2 : guardedHttp1;
}

const options = (value: HttpConfig, httpFilters: typeof addressFilters) =>
  pack(HttpProtocolOptionsSchema, {
    upstreamProtocolOptions: { case: 'explicitHttpConfig', value },
    httpFilters: [...httpFilters],
  });
const plainHttp2 = options(http2, []);
const guardedHttp1 = options(http1, addressFilters);
const guardedHttp2 = options(http2, addressFilters);

function protocolOf(
  cluster: Cluster,
): Pick<EnvoyCluster, 'typedExtensionProtocolOptions' | 'transportSocket'> {
  const { protocol } = cluster;
  const http = httpOptions(cluster);
  return {
    ...(http && {
      typedExtensionProtocolOptions: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http },
    }),
    ...((protocol === 'h2' || protocol === 'tls') && { transportSocket: upstreamTls(cluster) }),
  };
}
