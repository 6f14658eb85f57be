// The listeners. Two take connections; adding an ordinary host changes neither. The others never take any: one keeps
// certificates ready, and one for each doubtful filter chain lets Envoy judge that chain alone.
import { hash } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ListenerFilterSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_components_pb.js';
import type { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ProxyProtocolSchema } from '@envoyproxy/protos/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol_pb.js';
import { TlsInspectorSchema } from '@envoyproxy/protos/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js';
import { TcpProxySchema } from '@envoyproxy/protos/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
import type { TlsVersion } from '../dag/model.ts';
import { socketAddress } from './config-source.ts';
import { connectionManager } from './connection-manager.ts';
import { onDemandTls } from './downstream-tls.ts';
import { pack } from './encode.ts';
import {
  type ChainSettings,
  commonChain,
  type EnvoyFilterChain,
  type TlsCertificates,
} from './filter-chain.ts';
import { checkName, listenerName, missingCluster, prefetchName, type Scheme } from './names.ts';

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
  /** Oldest version of TLS that clients may use where a host says nothing. */
  readonly minimumTlsVersion: TlsVersion;
  readonly tlsCertificates: TlsCertificates;
}

export function httpListener(settings: ListenerSettings): EnvoyListener {
  return listener('http', settings, { filters: [connectionManagerOf('http', settings)] });
}

/** Chains of single hosts are added to it encoded; see `FilterChains`. */
export function httpsListener(settings: ListenerSettings): EnvoyListener {
  return listener('https', settings, commonChain(chainSettings(settings)));
}

/** For the chains of the HTTPS listener. */
export const chainSettings = (settings: ListenerSettings): ChainSettings => ({
  minimumTlsVersion: settings.minimumTlsVersion,
  tlsCertificates: settings.tlsCertificates,
  connectionManager: connectionManagerOf('https', settings),
  accessLog: settings.https.accessLog,
});

/**
 * Asks for these certificates, so that the HTTPS listener finds them. The two are apart because a list that changes
 * makes Envoy drain the connections of its chain, and the HTTPS listener changes when hosts get chains.
 */
export const prefetchListener = (secrets: readonly string[]): EnvoyListener =>
  neverBound(prefetchName, { transportSocket: onDemandTls('1.2', secrets), filters: [nowhere] });

/** Without a chain, which is added to it encoded. */
export const checkListener = (host: string): EnvoyListener => neverBound(checkName(host));

/**
 * It has an address, unlike others as Envoy demands, and never listens there. No pipe: Envoy binds those all the same,
 * and a second Envoy on the machine would refuse the listener.
 */
function neverBound(name: string, chain?: EnvoyFilterChain): EnvoyListener {
  const digest = hash('sha256', name, 'buffer');
  return {
    name,
    address: socketAddress(`127.${digest[0]}.${digest[1]}.${digest[2]}`, digest.readUInt16BE(3) || 1),
    bindToPort: false,
    filterChains: chain === undefined ? [] : [chain],
  };
}

const nowhere = {
  name: 'envoy.filters.network.tcp_proxy',
  configType: {
    case: 'typedConfig' as const,
    value: pack(TcpProxySchema, {
      statPrefix: 'nowhere',
      clusterSpecifier: { case: 'cluster', value: missingCluster },
    }),
  },
};

function listener(scheme: Scheme, settings: ListenerSettings, chain: EnvoyFilterChain): EnvoyListener {
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

const connectionManagerOf = (scheme: Scheme, { numTrustedHops, ...settings }: ListenerSettings) =>
  connectionManager({ scheme, accessLog: settings[scheme].accessLog, numTrustedHops });
