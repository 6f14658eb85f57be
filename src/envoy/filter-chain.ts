// A filter chain that one host has for itself, because its connections are treated otherwise than all others. Never
// for a group of hosts: a changed chain drains its connections, an added or removed one drains no other's.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type {
  FilterChainSchema,
  FilterSchema,
} from '@envoyproxy/protos/envoy/config/listener/v3/listener_components_pb.js';
import { isWildcard } from '../dag/host-name.ts';
import type { Certificate, Cluster, TcpProxy, TlsVersion, VirtualHost } from '../dag/model.ts';
import { httpProtocols, onDemandTls, ownTls } from './downstream-tls.ts';
import { chainSecretName } from './names.ts';
import { tcpProxyFilter } from './tcp-proxy.ts';

export type EnvoyFilterChain = MessageInitShape<typeof FilterChainSchema>;
type NetworkFilter = MessageInitShape<typeof FilterSchema>;

/** How a host's connections are treated that don't go the way of all others. `certificate`: the name of its secret. */
export type OwnTerms =
  | { readonly kind: 'http'; readonly certificate: string; readonly minimumVersion: TlsVersion }
  | {
      readonly kind: 'tcp';
      readonly proxy: Omit<TcpProxy, 'certificate'>;
      /** undefined: passthrough. */
      readonly certificate: string | undefined;
      readonly minimumVersion: TlsVersion;
    };

/**
 * `on-demand`: one chain for all, certificates by the server name of the handshake; a chain of its own only for a host
 * whose TLS differs. `per-host`: a chain for every host over TLS, so that sessions are resumed. The certificate of a
 * chain is a secret beside it, so that a renewal changes no listener.
 */
export type TlsCertificates = 'on-demand' | 'per-host';

/** What all chains have in common. */
export interface ChainSettings {
  /** Oldest version where the host says nothing. */
  readonly minimumTlsVersion: TlsVersion;
  readonly tlsCertificates: TlsCertificates;
  /** Reads requests; the same in every chain. */
  readonly connectionManager: NetworkFilter;
  /** File of the access log; empty: none. */
  readonly accessLog: string;
}

type TermSettings = Pick<ChainSettings, 'minimumTlsVersion' | 'tlsCertificates'>;

/** undefined: the host's connections are treated as all others are, or nothing is served. */
export function ownTerms(virtualHost: VirtualHost, settings: TermSettings): OwnTerms | undefined {
  const { host, https, tcp } = virtualHost;
  if (isWildcard(host)) return undefined;
  const minimumVersion = (tcp ?? https)?.minimumVersion ?? settings.minimumTlsVersion;
  if (tcp !== undefined) {
    const { certificate, ...proxy } = tcp;
    return { kind: 'tcp', proxy, certificate: certificate && chainSecretName(host), minimumVersion };
  }
  if (https?.certificate === undefined) return undefined;
  if (settings.tlsCertificates === 'on-demand' && fitsCommonChain(virtualHost, settings)) return undefined;
  return { kind: 'http', certificate: chainSecretName(host), minimumVersion };
}

/** The chain of all treats the host's connections as it is to be. With per-host chains it does while one is missing. */
export function fitsCommonChain({ host, https, tcp }: VirtualHost, settings: TermSettings): boolean {
  if (isWildcard(host)) return true;
  return (
    tcp === undefined && (https?.minimumVersion ?? settings.minimumTlsVersion) === settings.minimumTlsVersion
  );
}

/** What the secret of the host's own chain holds, if that chain has one. */
export const chainCertificate = (
  { https, tcp }: VirtualHost,
  terms: OwnTerms | undefined,
): Certificate | undefined => terms && (tcp ?? https)?.certificate;

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
      transportSocket: ownTls(terms.certificate, terms.minimumVersion, alpn),
      transportSocketConnectTimeout: handshakeTimeout,
    };
  }
  const { proxy, certificate, minimumVersion } = terms;
  const filters = [tcpProxyFilter(proxy, settings.accessLog)];
  if (certificate === undefined) return { ...head, filters };
  return {
    ...head,
    filters,
    transportSocket: ownTls(certificate, minimumVersion, { alpnProtocols: [] }),
    transportSocketConnectTimeout: handshakeTimeout,
  };
}

/** Every cluster that the chain names. */
export const clustersOfTerms = (terms: OwnTerms): readonly Cluster[] =>
  terms.kind === 'http'
    ? []
    : terms.proxy.backends.flatMap(({ cluster, weight }) => (weight > 0 && cluster) || []);
