// Connections that are handed on as they are: the network filter that does it.
import type { MessageInitShape } from '@bufbuild/protobuf';
import { TcpProxySchema } from '@envoyproxy/protos/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import type { Backend, TcpProxy } from '../dag/model.ts';
import { accessLogs, connectionLine } from './access-log.ts';
import { pack } from './encode.ts';
import { clusterName, missingCluster } from './names.ts';

/** A connection that is handed on, or is a websocket, is closed after so many milliseconds without traffic. */
export const tunnelSilenceMs = 9_001_000;

/** `accessLog`: file of the log; empty: none. */
export function tcpProxyFilter(tcp: Pick<TcpProxy, 'backends' | 'source'>, accessLog: string) {
  const config = pack(TcpProxySchema, {
    statPrefix: 'ingress_tcp',
    clusterSpecifier: clusterSpecifier(tcp.backends),
    idleTimeout: { seconds: BigInt(tunnelSilenceMs / 1_000) },
    accessLog: accessLogs(accessLog, connectionLine(tcp.source)),
  });
  return {
    name: 'envoy.filters.network.tcp_proxy',
    configType: { case: 'typedConfig' as const, value: config },
  };
}

/** A connection that falls to a cluster that doesn't exist is closed. Envoy refuses a weight of 0. */
function clusterSpecifier(
  backends: readonly Backend[],
): NonNullable<MessageInitShape<typeof TcpProxySchema>['clusterSpecifier']> {
  const [first, ...others] = backends.filter(({ weight }) => weight > 0);
  if (first === undefined) return { case: 'cluster', value: missingCluster };
  if (others.length === 0) return { case: 'cluster', value: nameOf(first) };
  const shares = [first, ...others];
  const divisor = weightDivisor(shares);
  const clusters = shares.map((share) => ({
    name: nameOf(share),
    weight: Math.max(1, Math.floor(share.weight / divisor)),
  }));
  return { case: 'weightedClusters', value: { clusters } };
}

/** A weight has 32 bits; the sum stays within, too. */
function weightDivisor(shares: readonly Backend[]): number {
  const sum = shares.reduce((total, { weight }) => total + weight, 0);
  return Math.max(1, sum / 0x7f_ff_ff_ff);
}

const nameOf = ({ cluster }: Backend): string =>
  cluster === undefined ? missingCluster : clusterName(cluster);
