// Requests by which Envoy finds out which endpoints of a cluster are healthy.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { HealthCheckSchema } from '@envoyproxy/protos/envoy/config/core/v3/health_check_pb.js';
import { CodecClientType } from '@envoyproxy/protos/envoy/type/v3/http_pb.js';
import type { Cluster, HealthCheck } from '../dag/model.ts';

/** Finds the transport socket that health checks have for themselves. */
export const checksMatch = { checks: true };

/** At the same interval without traffic: Envoy's default of a minute would keep an endpoint out for that long. */
export function healthCheck(
  { path, host, intervalSeconds, timeoutSeconds, unhealthyThreshold, healthyThreshold }: HealthCheck,
  protocol: Cluster['protocol'],
): MessageInitShape<typeof HealthCheckSchema> {
  const interval = { seconds: BigInt(intervalSeconds) };
  const http2 = protocol === 'h2' || protocol === 'h2c';
  return {
    timeout: { seconds: BigInt(timeoutSeconds) },
    interval,
    noTrafficInterval: interval,
    unhealthyThreshold,
    healthyThreshold,
    ...(protocol === 'passthrough' && { transportSocketMatchCriteria: checksMatch }),
    healthChecker: {
      case: 'httpHealthCheck',
      value: { path, host, ...(http2 && { codecClientType: CodecClientType.HTTP2 }) },
    },
  };
}
