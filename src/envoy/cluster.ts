// A port of a Service as Envoy's cluster. Its endpoints come apart, so that they change without it.
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Cluster_DiscoveryType,
  type ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import type { Cluster } from '../dag/model.ts';
import { ads } from './config-source.ts';
import { clusterName, endpointsName, statName } from './names.ts';

/** With panic threshold 0 unhealthy endpoints get nothing, even if all of them are. */
export function envoyCluster(cluster: Cluster): MessageInitShape<typeof ClusterSchema> {
  return {
    name: clusterName(cluster),
    altStatName: statName(cluster),
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: ads, serviceName: endpointsName(cluster) },
    connectTimeout: { nanos: 250_000_000 },
    commonLbConfig: { healthyPanicThreshold: { value: 0 } },
  };
}
