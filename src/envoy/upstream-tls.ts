// TLS towards a Service.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { TransportSocketSchema } from '@envoyproxy/protos/envoy/config/core/v3/base_pb.js';
import {
  type CertificateValidationContextSchema,
  SubjectAltNameMatcher_SanType,
  TlsParameters_TlsProtocol,
} from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { UpstreamTlsContextSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { Cluster, UpstreamValidation } from '../dag/model.ts';
import { pack } from './encode.ts';
import { isIpAddress } from './ip-address.ts';

/** Without validation any certificate will do, as in Contour 0.15: the connection is private, not authentic. */
export function upstreamTls({
  protocol,
  externalName,
  validation,
}: Cluster): MessageInitShape<typeof TransportSocketSchema> {
  const context = {
    sni: externalName ?? serverName(validation),
    commonTlsContext: {
      // Left alone Envoy knows nothing newer than 1.2 as a client.
      tlsParams: { tlsMaximumProtocolVersion: TlsParameters_TlsProtocol.TLSv1_3 },
      alpnProtocols: protocol === 'h2' ? ['h2'] : [],
      ...(validation && {
        validationContextType: { case: 'validationContext' as const, value: validationContext(validation) },
      }),
    },
  };
  return {
    name: 'envoy.transport_sockets.tls',
    configType: { case: 'typedConfig', value: pack(UpstreamTlsContextSchema, context) },
  };
}

const dnsName = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;
const longestName = 255;

/** A server name is a DNS name and no address; other subjects are only compared. */
function serverName({ subjectName }: Pick<UpstreamValidation, 'subjectName'> = { subjectName: '' }): string {
  const named = subjectName.length <= longestName && dnsName.test(subjectName) && !isIpAddress(subjectName);
  return named ? subjectName : '';
}

const sanTypes = [
  SubjectAltNameMatcher_SanType.DNS,
  SubjectAltNameMatcher_SanType.URI,
  SubjectAltNameMatcher_SanType.IP_ADDRESS,
];

/** The subject may stand in the certificate as a name of any of these types. */
const validationContext = ({
  ca,
  subjectName,
}: UpstreamValidation): MessageInitShape<typeof CertificateValidationContextSchema> => ({
  trustedCa: { specifier: { case: 'inlineString', value: ca } },
  matchTypedSubjectAltNames: sanTypes.map((sanType) => ({
    sanType,
    matcher: { matchPattern: { case: 'exact', value: subjectName } },
  })),
});
