// A filter chain that one host has for itself, because its connections are treated otherwise than all others. Never
// for a group of hosts: a changed chain drains its connections, an added or removed one drains no other's.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  FilterChainSchema,
  FilterSchema,
} from '@envoyproxy/protos/envoy/config/listener/v3/listener_components_pb.js';
import { isWildcard } from '../dag/host-name.ts';
import type { Certificate, Cluster, TcpProxy, TlsVersion, VirtualHost } from '../dag/model.ts';
import { httpProtocols, inlineTls, onDemandTls } from './downstream-tls.ts';
import { tcpProxyFilter } from './tcp-proxy.ts';

export type EnvoyFilterChain = MessageInitShape<typeof FilterChainSchema>;
type NetworkFilter = MessageInitShape<typeof FilterSchema>;

/** How a host's connections are treated that don't go the way of all others. */
export type OwnTerms =
  | { readonly kind: 'http'; readonly certificate: Certificate; readonly minimumVersion: TlsVersion }
  | { readonly kind: 'tcp'; readonly proxy: TcpProxy; readonly minimumVersion: TlsVersion };

/** What all chains have in common. */
export interface ChainSettings {
  /** Oldest version where the host says nothing. */
  readonly minimumTlsVersion: TlsVersion;
  /** Reads requests; the same in every chain. */
  readonly connectionManager: NetworkFilter;
  /** File of the access log; empty: none. */
  readonly accessLog: string;
}

/** undefined: the host's connections are treated as all others are, or nothing is served. */
export function ownTerms(
  { host, https, tcp }: VirtualHost,
  { minimumTlsVersion }: Pick<ChainSettings, 'minimumTlsVersion'>,
): OwnTerms | undefined {
  if (isWildcard(host)) return undefined;
  if (tcp !== undefined) {
    return { kind: 'tcp', proxy: tcp, minimumVersion: tcp.minimumVersion ?? minimumTlsVersion };
  }
  const { certificate, minimumVersion = minimumTlsVersion } = https ?? {};
  if (certificate === undefined || minimumVersion === minimumTlsVersion) return undefined;
  return { kind: 'http', certificate, minimumVersion };
}

/**
 * Envoy matches `*.a.com` against names of any depth, and against those of other hosts that have no chain. So a chain
 * for a wildcard host would take connections of other tenants' hosts, and no chain at all can stand for `*`.
 * True: the host asks for a newer version than it can have, so nothing may be served over TLS.
 */
export function demandsTooMuch(
  { host, https }: VirtualHost,
  { minimumTlsVersion }: Pick<ChainSettings, 'minimumTlsVersion'>,
): boolean {
  return isWildcard(host) && (https?.minimumVersion ?? minimumTlsVersion) > minimumTlsVersion;
}

/** Without it a handshake whose certificate we have not answered, because we are away, waits for ever. */
const handshakeTimeout = { seconds: 10n };

/** For everybody without a chain: certificates come on demand. */
export function commonChain({ minimumTlsVersion, connectionManager }: ChainSettings): EnvoyFilterChain {
  return {
    filters: [connectionManager],
    transportSocket: onDemandTls(minimumTlsVersion),
    transportSocketConnectTimeout: handshakeTimeout,
  };
}

export function ownChain(host: string, terms: OwnTerms, settings: ChainSettings): EnvoyFilterChain {
  const head = { name: host, filterChainMatch: { serverNames: [host] } };
  if (terms.kind === 'http') {
    const alpn = { alpnProtocols: httpProtocols };
    return {
      ...head,
      filters: [settings.connectionManager],
      transportSocket: inlineTls(terms.certificate, terms.minimumVersion, alpn),
      transportSocketConnectTimeout: handshakeTimeout,
    };
  }
  const { proxy, minimumVersion } = terms;
  const filters = [tcpProxyFilter(proxy, settings.accessLog)];
  if (proxy.certificate === undefined) return { ...head, filters };
  return {
    ...head,
    filters,
    transportSocket: inlineTls(proxy.certificate, minimumVersion, { alpnProtocols: [] }),
    transportSocketConnectTimeout: handshakeTimeout,
  };
}

/** Every cluster that the chain names. */
export const clustersOfTerms = (terms: OwnTerms): readonly Cluster[] =>
  terms.kind === 'http'
    ? []
    : terms.proxy.backends.flatMap(({ cluster, weight }) => (weight > 0 && cluster) || []);
