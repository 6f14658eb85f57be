// The two listeners. Nothing in them depends on which hosts exist, so adding a host changes no listener.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  FilterChainSchema,
  ListenerFilterSchema,
} from '@envoyproxy/protos/envoy/config/listener/v3/listener_components_pb.js';
import type { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ProxyProtocolSchema } from '@envoyproxy/protos/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol_pb.js';
import { TlsInspectorSchema } from '@envoyproxy/protos/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js';
import { socketAddress } from './config-source.ts';
import { connectionManager } from './connection-manager.ts';
import { downstreamTls } from './downstream-tls.ts';
import { pack } from './encode.ts';
import type { Scheme } from './names.ts';

export type EnvoyListener = MessageInitShape<typeof ListenerSchema>;

/** Where a listener listens and what it logs. */
export interface ListenSettings {
  /** An IPv4 or IPv6 address. */
  readonly address: string;
  readonly port: number;
  /** File of the access log; empty: none. */
  readonly accessLog: string;
}

export interface ListenerSettings {
  readonly http: ListenSettings;
  readonly https: ListenSettings;
  /** Every connection must begin with a PROXY protocol header. */
  readonly useProxyProtocol: boolean;
  /** Proxies in front of Envoy whose X-Forwarded-For is believed. */
  readonly numTrustedHops: number;
}

export const listenerName = (scheme: Scheme): string => `ingress_${scheme}`;

export function httpListener(settings: ListenerSettings): EnvoyListener {
  return listener('http', settings, { filters: [connectionManagerOf('http', settings)] });
}

/**
 * One filter chain for all hosts: certificates come on demand. `prefetch` names those that are asked for when the
 * listener starts; a listener that comes with another list drains the connections of the one before.
 */
export function httpsListener(settings: ListenerSettings, prefetch: readonly string[]): EnvoyListener {
  return listener('https', settings, {
    filters: [connectionManagerOf('https', settings)],
    transportSocket: {
      name: 'envoy.transport_sockets.tls',
      configType: { case: 'typedConfig', value: downstreamTls(prefetch) },
    },
    // Without it a handshake whose certificate we have not answered, because we are away, waits for ever.
    transportSocketConnectTimeout: { seconds: 10n },
  });
}

function listener(
  scheme: Scheme,
  settings: ListenerSettings,
  chain: MessageInitShape<typeof FilterChainSchema>,
): EnvoyListener {
  const filters = settings.useProxyProtocol ? [proxyProtocol] : [];
  return {
    name: listenerName(scheme),
    address: socketAddress(settings[scheme].address, settings[scheme].port),
    listenerFilters: scheme === 'https' ? [...filters, tlsInspector] : filters,
    filterChains: [chain],
  };
}

const proxyProtocol: MessageInitShape<typeof ListenerFilterSchema> = {
  name: 'envoy.filters.listener.proxy_protocol',
  configType: { case: 'typedConfig', value: pack(ProxyProtocolSchema, {}) },
};

/** Without it the requested server name is empty, and so is every scope's key over TLS. */
const tlsInspector: MessageInitShape<typeof ListenerFilterSchema> = {
  name: 'envoy.filters.listener.tls_inspector',
  configType: { case: 'typedConfig', value: pack(TlsInspectorSchema, {}) },
};

function connectionManagerOf(scheme: Scheme, settings: ListenerSettings) {
  const { accessLog } = settings[scheme];
  const { numTrustedHops } = settings;
  return {
    name: 'envoy.filters.network.http_connection_manager',
    configType: {
      case: 'typedConfig' as const,
      value: connectionManager({ scheme, accessLog, numTrustedHops }),
    },
  };
}
