// Where a cluster's endpoints are, if a name in DNS says so: Envoy asks by itself, again and again.
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Cluster_DiscoveryType,
  Cluster_DnsLookupFamily,
  type ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import type { Cluster } from '../dag/model.ts';
import { socketAddress } from './config-source.ts';
import { clusterName } from './names.ts';

type EnvoyCluster = Exclude<MessageInitShape<typeof ClusterSchema>, { $typeName: string }>;

export type DnsDiscovery = Pick<
  EnvoyCluster,
  | 'clusterDiscoveryType'
  | 'waitForWarmOnInit'
  | 'respectDnsTtl'
  | 'dnsRefreshRate'
  | 'dnsFailureRefreshRate'
  | 'dnsLookupFamily'
  | 'loadAssignment'
>;

/** The name is absolute: search domains would turn a short one into a Service of the cluster. */
export function dnsDiscovery(cluster: Cluster, externalName: string): DnsDiscovery {
  const address = socketAddress(`${externalName}.`, cluster.port);
  return {
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.STRICT_DNS },
    // Else a server that never answers keeps Envoy from starting, and from taking other clusters, for many seconds.
    waitForWarmOnInit: false,
    respectDnsTtl: true,
    // After "no such name", which has no time to live for Envoy, and after one of 0.
    dnsRefreshRate: { seconds: 5n },
    // After an error or silence, which leave the last answer in use: soon at first, and never all names at once.
    dnsFailureRefreshRate: { baseInterval: { seconds: 1n }, maxInterval: { seconds: 10n } },
    // Left alone Envoy takes an IPv6 address wherever there is one, be there a way to it or not.
    dnsLookupFamily: Cluster_DnsLookupFamily.V4_PREFERRED,
    loadAssignment: {
      clusterName: clusterName(cluster),
      endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: 'endpoint', value: { address } } }] }],
    },
  };
}
