// Resources as people read them: canonical proto3 JSON, decoded from the very bytes that Envoys get.
import { createRegistry, type DescMessage, fromBinary, type JsonValue, toJson } from '@bufbuild/protobuf';
import { anyPack, anyUnpack } from '@bufbuild/protobuf/wkt';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { FilterConfigSchema } from '@envoyproxy/protos/envoy/config/route/v3/route_components_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import { FileAccessLogSchema } from '@envoyproxy/protos/envoy/extensions/access_loggers/file/v3/file_pb.js';
import { StdoutAccessLogSchema } from '@envoyproxy/protos/envoy/extensions/access_loggers/stream/v3/stream_pb.js';
import { GzipSchema } from '@envoyproxy/protos/envoy/extensions/compression/gzip/compressor/v3/gzip_pb.js';
import { CompressorSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/compressor/v3/compressor_pb.js';
import { GrpcWebSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb.js';
import { LuaSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/lua/v3/lua_pb.js';
import { RBACSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/rbac/v3/rbac_pb.js';
import { RouterSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/router/v3/router_pb.js';
import { UpstreamCodecSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/upstream_codec/v3/upstream_codec_pb.js';
import { ProxyProtocolSchema } from '@envoyproxy/protos/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol_pb.js';
import { TlsInspectorSchema } from '@envoyproxy/protos/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js';
import { HttpConnectionManagerSchema } from '@envoyproxy/protos/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { TcpProxySchema } from '@envoyproxy/protos/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import { HeaderMutationSchema } from '@envoyproxy/protos/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb.js';
import { UpstreamIpPortMatcherSchema } from '@envoyproxy/protos/envoy/extensions/rbac/matchers/upstream_ip_port/v3/upstream_ip_port_matcher_pb.js';
import { DownstreamConnectionsConfigSchema } from '@envoyproxy/protos/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb.js';
import { FixedHeapConfigSchema } from '@envoyproxy/protos/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb.js';
import { SNISchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/cert_mappers/sni/v3/config_pb.js';
import { ConfigSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/cert_selectors/on_demand_secret/v3/config_pb.js';
import type { TlsCertificate } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import {
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import { HttpProtocolOptionsSchema } from '@envoyproxy/protos/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import type { Resource } from '../xds/resource.ts';
import { typeUrl } from './type-url.ts';

/** Every message that we put into an Any; JSON is refused for one that is missing here. */
export const registry = createRegistry(
  CompressorSchema,
  ConfigSchema,
  DownstreamConnectionsConfigSchema,
  DownstreamTlsContextSchema,
  FileAccessLogSchema,
  StdoutAccessLogSchema,
  FilterConfigSchema,
  FixedHeapConfigSchema,
  GrpcWebSchema,
  GzipSchema,
  HeaderMutationSchema,
  HttpConnectionManagerSchema,
  HttpProtocolOptionsSchema,
  LuaSchema,
  ProxyProtocolSchema,
  RBACSchema,
  RouterSchema,
  SNISchema,
  TcpProxySchema,
  TlsInspectorSchema,
  UpstreamCodecSchema,
  UpstreamIpPortMatcherSchema,
  UpstreamTlsContextSchema,
);

export interface RenderedResources {
  readonly listeners: readonly JsonValue[];
  /** Always empty: routes are inside their scopes. */
  readonly routes: readonly JsonValue[];
  readonly scopedRoutes: readonly JsonValue[];
  readonly clusters: readonly JsonValue[];
  readonly endpoints: readonly JsonValue[];
  readonly secrets: readonly JsonValue[];
}

/** What stands in the place of a private key. */
export const redacted = '[redacted]';

/** Sorted by name. Resources of other types are left out. Throws on bytes that aren't of the resource's type. */
export function renderResources(
  resources: Iterable<Resource>,
  options: { readonly showSecrets: boolean },
): RenderedResources {
  const sorted = [...resources].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const bytesOf = (type: string) =>
    sorted.filter((resource) => resource.type === type).map(({ bytes }) => bytes);
  const render = (type: string, schema: DescMessage) =>
    bytesOf(type).map((bytes) => toJson(schema, fromBinary(schema, bytes), { registry }));
  const redact = !options.showSecrets;
  return {
    listeners: redact
      ? bytesOf(typeUrl.listener).map(redactedListener)
      : render(typeUrl.listener, ListenerSchema),
    routes: [],
    scopedRoutes: render(typeUrl.scope, ScopedRouteConfigurationSchema),
    clusters: render(typeUrl.cluster, ClusterSchema),
    endpoints: render(typeUrl.endpoints, ClusterLoadAssignmentSchema),
    secrets: redact ? bytesOf(typeUrl.secret).map(redactedSecret) : render(typeUrl.secret, SecretSchema),
  };
}

function redactedSecret(bytes: Uint8Array): JsonValue {
  const secret = fromBinary(SecretSchema, bytes);
  if (secret.type.case === 'tlsCertificate') redactKey(secret.type.value);
  return toJson(SecretSchema, secret, { registry });
}

/** Filter chains of single hosts have their certificates inside. */
function redactedListener(bytes: Uint8Array): JsonValue {
  const listener = fromBinary(ListenerSchema, bytes);
  for (const { transportSocket } of listener.filterChains) {
    if (transportSocket?.configType.case !== 'typedConfig') continue;
    const context = anyUnpack(transportSocket.configType.value, DownstreamTlsContextSchema);
    if (context === undefined) continue;
    for (const certificate of context.commonTlsContext?.tlsCertificates ?? []) redactKey(certificate);
    transportSocket.configType.value = anyPack(DownstreamTlsContextSchema, context);
  }
  return toJson(ListenerSchema, listener, { registry });
}

/** As a text, since in its own field it would be shown in base64. */
function redactKey({ privateKey }: TlsCertificate): void {
  if (privateKey !== undefined) privateKey.specifier = { case: 'inlineString', value: redacted };
}
