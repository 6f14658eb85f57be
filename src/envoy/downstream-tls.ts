// TLS towards clients, with certificates that are asked for by the server name of the first handshake.

import { SNISchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/cert_mappers/sni/v3/config_pb.js';
import { ConfigSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/cert_selectors/on_demand_secret/v3/config_pb.js';
import { TlsParameters_TlsProtocol } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { DownstreamTlsContextSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { ads } from './config-source.ts';
import { pack } from './encode.ts';
import { noServerName } from './secret.ts';

/** Envoy refuses certificates on demand unless both kinds of session resumption are off. */
export function downstreamTls(prefetchSecretNames: readonly string[]) {
  const mapper = {
    name: 'envoy.tls.certificate_mappers.sni',
    typedConfig: pack(SNISchema, { defaultValue: noServerName }),
  };
  const onDemand = pack(ConfigSchema, {
    configSource: ads,
    certificateMapper: mapper,
    prefetchSecretNames: [...prefetchSecretNames],
  });
  return pack(DownstreamTlsContextSchema, {
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: TlsParameters_TlsProtocol.TLSv1_2 },
      alpnProtocols: ['h2', 'http/1.1'],
      customTlsCertificateSelector: {
        name: 'envoy.tls.certificate_selectors.on_demand_secret',
        typedConfig: onDemand,
      },
    },
    sessionTicketKeysType: { case: 'disableStatelessSessionResumption', value: true },
    disableStatefulSessionResumption: true,
  });
}
