// The endpoints of a cluster, from the slices of its Service.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import type { Cluster } from '../dag/model.ts';
import type { EndpointSlice } from '../dag/objects.ts';
import { socketAddress } from './config-source.ts';
import { isIpAddress } from './ip-address.ts';
import { endpointsName } from './names.ts';

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** No locality at all when nothing is ready: requests get 503 at once. */
export function loadAssignment(
  cluster: Cluster,
  slices: readonly EndpointSlice[],
): MessageInitShape<typeof ClusterLoadAssignmentSchema> {
  const lbEndpoints = readyEndpoints(cluster, slices).map(({ address, port }) => ({
    hostIdentifier: { case: 'endpoint' as const, value: { address: socketAddress(address, port) } },
  }));
  return {
    clusterName: endpointsName(cluster),
    endpoints: lbEndpoints.length === 0 ? [] : [{ lbEndpoints }],
  };
}

/**
 * Ready endpoints on the port of the cluster's name, each once and sorted, in whatever order the slices come. Left
 * out is what would make Envoy refuse the whole response, with the endpoints of other Services.
 */
export function readyEndpoints(cluster: Cluster, slices: readonly EndpointSlice[]): readonly Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const slice of slices) {
    for (const { name, port, protocol } of slice.ports) {
      if (name !== cluster.portName || protocol !== 'TCP' || !isPort(port)) continue;
      for (const { addresses, ready } of slice.endpoints) {
        if (!ready) continue;
        for (const address of addresses.filter(isIpAddress)) {
          found.set(`${address} ${port}`, { address, port });
        }
      }
    }
  }
  return [...found.values()].sort(byAddress);
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

function byAddress(a: Endpoint, b: Endpoint): number {
  if (a.address === b.address) return a.port - b.port;
  return a.address < b.address ? -1 : 1;
}
