// The endpoints of a cluster, from the slices of its Service.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import type { Cluster } from '../dag/model.ts';
import type { Endpoint, EndpointSlice } from '../dag/objects.ts';
import { socketAddress } from './config-source.ts';
import { endpointsName } from './names.ts';

/** Where a cluster's requests go. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** No locality at all when there are no targets: requests get 503 at once. */
export function loadAssignment(
  cluster: Cluster,
  slices: readonly EndpointSlice[],
): MessageInitShape<typeof ClusterLoadAssignmentSchema> {
  const lbEndpoints = targets(cluster, slices).map(({ address, port }) => ({
    hostIdentifier: { case: 'endpoint' as const, value: { address: socketAddress(address, port) } },
  }));
  return {
    clusterName: endpointsName(cluster),
    endpoints: lbEndpoints.length === 0 ? [] : [{ lbEndpoints }],
  };
}

/**
 * All ready endpoints on the port of the cluster's name, of all slices and both address families. If none is ready,
 * those that serve while they terminate, as kube-proxy does (KEP-1669). Each once and sorted, however they are spread
 * over slices. The slices are the store's: their addresses are canonical.
 */
export function targets(cluster: Cluster, slices: readonly EndpointSlice[]): readonly Target[] {
  const ready = targetsThat(isReady, cluster, slices);
  return ready.length > 0 ? ready : targetsThat(drains, cluster, slices);
}

const isReady = ({ ready }: Endpoint): boolean => ready;
const drains = ({ serving, terminating }: Endpoint): boolean => serving && terminating;

function targetsThat(
  matches: (endpoint: Endpoint) => boolean,
  cluster: Cluster,
  slices: readonly EndpointSlice[],
): readonly Target[] {
  const found = new Map<string, Target>();
  for (const { ports, endpoints } of slices) {
    // Names are unique in a slice of the API. In a file they need not be: the first counts.
    const port = ports.find(({ name, protocol }) => name === cluster.portName && protocol === 'TCP')?.port;
    if (port === undefined) continue;
    for (const endpoint of endpoints) {
      if (!matches(endpoint)) continue;
      for (const address of endpoint.addresses) found.set(`${address} ${port}`, { address, port });
    }
  }
  return [...found.values()].sort(byAddress);
}

function byAddress(a: Target, b: Target): number {
  if (a.address === b.address) return a.port - b.port;
  return a.address < b.address ? -1 : 1;
}
