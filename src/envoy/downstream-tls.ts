// TLS towards clients: with certificates that are asked for by the server name of the first handshake, or with one
// whose name is out of reach of every server name.
import type { MessageInitShape } from '@bufbuild/protobuf';
import { SNISchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/cert_mappers/sni/v3/config_pb.js';
import { ConfigSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/cert_selectors/on_demand_secret/v3/config_pb.js';
import {
  type TlsParametersSchema,
  TlsParameters_TlsProtocol as TlsProtocol,
} from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { DownstreamTlsContextSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { TlsVersion } from '../dag/model.ts';
import { ads } from './config-source.ts';
import { pack } from './encode.ts';
import { noServerName } from './secret.ts';

const protocols: Readonly<Record<TlsVersion, TlsProtocol>> = {
  '1.1': TlsProtocol.TLSv1_1,
  '1.2': TlsProtocol.TLSv1_2,
  '1.3': TlsProtocol.TLSv1_3,
};

/** What Envoy chooses from by itself, best first; all are for TLS 1.2. Those of TLS 1.3 are always on. */
const modernCiphers = [
  '[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]',
  '[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];
/** Without these no client of TLS 1.1 connects: it knows no other that has forward secrecy. */
const oldCiphers = ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-RSA-AES128-SHA'];

function parameters(minimum: TlsVersion): MessageInitShape<typeof TlsParametersSchema> {
  return {
    tlsMinimumProtocolVersion: protocols[minimum],
    cipherSuites: minimum === '1.1' ? [...modernCiphers, ...oldCiphers] : [],
  };
}

/** Of connections whose requests are read. */
export const httpProtocols = ['h2', 'http/1.1'];

/**
 * `prefetch`: secrets that are asked for at once. Envoy refuses certificates on demand unless both kinds of session
 * resumption are off.
 */
export function onDemandTls(minimum: TlsVersion, prefetch: readonly string[] = []) {
  const mapper = {
    name: 'envoy.tls.certificate_mappers.sni',
    typedConfig: pack(SNISchema, { defaultValue: noServerName }),
  };
  const onDemand = pack(ConfigSchema, {
    configSource: ads,
    certificateMapper: mapper,
    prefetchSecretNames: [...prefetch],
  });
  return transportSocket({
    commonTlsContext: {
      tlsParams: parameters(minimum),
      alpnProtocols: httpProtocols,
      customTlsCertificateSelector: {
        name: 'envoy.tls.certificate_selectors.on_demand_secret',
        typedConfig: onDemand,
      },
    },
    sessionTicketKeysType: { case: 'disableStatelessSessionResumption', value: true },
    disableStatefulSessionResumption: true,
  });
}

/**
 * One certificate, a secret that changes by itself, and sessions are resumed. `alpnProtocols`: what a client may choose
 * from; empty: none is agreed on, whatever the client offers.
 */
export function ownTls(
  secretName: string,
  minimum: TlsVersion,
  { alpnProtocols }: { readonly alpnProtocols: readonly string[] },
) {
  return transportSocket({
    commonTlsContext: {
      tlsParams: parameters(minimum),
      alpnProtocols: [...alpnProtocols],
      tlsCertificateSdsSecretConfigs: [{ name: secretName, sdsConfig: ads }],
    },
  });
}

function transportSocket(context: MessageInitShape<typeof DownstreamTlsContextSchema>) {
  return {
    name: 'envoy.transport_sockets.tls',
    configType: { case: 'typedConfig' as const, value: pack(DownstreamTlsContextSchema, context) },
  };
}
