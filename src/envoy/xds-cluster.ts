// The static cluster of an Envoy's bootstrap that leads to us.
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  Cluster_DiscoveryType,
  Cluster_DnsLookupFamily,
  type ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import type { TransportSocketSchema } from '@envoyproxy/protos/envoy/config/core/v3/base_pb.js';
import { SubjectAltNameMatcher_SanType } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { UpstreamTlsContextSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { HttpProtocolOptionsSchema } from '@envoyproxy/protos/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import { socketAddress } from './config-source.ts';
import { pack } from './encode.ts';
import { isIpAddress } from './ip-address.ts';

/** Name of the cluster; clusters of Services have slashes in theirs. */
export const xdsClusterName = 'contour';

export interface XdsSettings {
  /** IP address or DNS name. */
  readonly address: string;
  readonly port: number;
  /** Mutual TLS with files on Envoy's side; undefined: plain text. */
  readonly tls: XdsTls | undefined;
}

export interface XdsTls {
  /** Authority that our certificate must come from. */
  readonly caFile: string;
  /** Envoy's own certificate and its key. */
  readonly certFile: string;
  readonly keyFile: string;
}

/** DNS name that our certificate must have, unless it has the one that we are reached by. */
const serverName = 'contour';

/** Keepalives notice within a minute that a connection is dead, where no packet would tell. */
export function xdsCluster(settings: XdsSettings): MessageInitShape<typeof ClusterSchema> {
  const address = socketAddress(settings.address, settings.port);
  const type = isIpAddress(settings.address)
    ? Cluster_DiscoveryType.STATIC
    : Cluster_DiscoveryType.STRICT_DNS;
  const http2ProtocolOptions = {
    connectionKeepalive: { interval: { seconds: 30n }, timeout: { seconds: 10n } },
  };
  const protocol = { case: 'http2ProtocolOptions' as const, value: http2ProtocolOptions };
  const explicitHttpConfig = { protocolConfig: protocol };
  const options = pack(HttpProtocolOptionsSchema, {
    upstreamProtocolOptions: { case: 'explicitHttpConfig', value: explicitHttpConfig },
  });
  const endpoint = { hostIdentifier: { case: 'endpoint' as const, value: { address } } };
  return {
    name: xdsClusterName,
    clusterDiscoveryType: { case: 'type', value: type },
    // Left alone Envoy takes IPv6 addresses only, if there are any: `localhost` has one, and we may listen on the other.
    dnsLookupFamily: Cluster_DnsLookupFamily.ALL,
    connectTimeout: { seconds: 5n },
    loadAssignment: { clusterName: xdsClusterName, endpoints: [{ lbEndpoints: [endpoint] }] },
    typedExtensionProtocolOptions: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options },
    upstreamConnectionOptions: {
      tcpKeepalive: { keepaliveProbes: 3, keepaliveTime: 30, keepaliveInterval: 5 },
    },
    ...(settings.tls === undefined ? {} : { transportSocket: mutualTls(settings.tls, settings.address) }),
  };
}

/**
 * Whoever holds another certificate of the authority, such as an Envoy, is not taken for us: ours has the name `contour`,
 * or the name or address by which Envoy reaches us.
 */
function mutualTls(
  { caFile, certFile, keyFile }: XdsTls,
  address: string,
): MessageInitShape<typeof TransportSocketSchema> {
  const { DNS, IP_ADDRESS } = SubjectAltNameMatcher_SanType;
  const isIp = isIpAddress(address);
  const file = (filename: string) => ({ specifier: { case: 'filename' as const, value: filename } });
  const names = [
    { sanType: DNS, name: serverName },
    { sanType: isIp ? IP_ADDRESS : DNS, name: isIp ? address : address.toLowerCase() },
  ].filter(({ name }, index) => index === 0 || name !== serverName);
  const context = pack(UpstreamTlsContextSchema, {
    sni: isIp ? serverName : address,
    commonTlsContext: {
      tlsCertificates: [{ certificateChain: file(certFile), privateKey: file(keyFile) }],
      validationContextType: {
        case: 'validationContext',
        value: {
          trustedCa: file(caFile),
          matchTypedSubjectAltNames: names.map(({ sanType, name }) => ({
            sanType,
            matcher: { matchPattern: { case: 'exact' as const, value: name } },
          })),
        },
      },
    },
  });
  return { name: 'envoy.transport_sockets.tls', configType: { case: 'typedConfig', value: context } };
}
