// The HTTP connection manager of the two listeners: finds a request's scope by its Host, and over TLS by its server
// name too.
import type { MessageInitShape } from '@bufbuild/protobuf';
import { HeaderValueOption_HeaderAppendAction as AppendAction } from '@envoyproxy/protos/envoy/config/core/v3/base_pb.js';
import {
  HttpConnectionManager_CodecType,
  HttpConnectionManager_PathWithEscapedSlashesAction,
  HttpConnectionManagerSchema,
  type ScopedRoutesSchema,
} from '@envoyproxy/protos/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { HeaderMutationSchema } from '@envoyproxy/protos/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb.js';
import { accessLogs, requestLine } from './access-log.ts';
import { adsAwaited } from './config-source.ts';
import { pack } from './encode.ts';
import { httpFilters } from './filters/chain.ts';
import { type Scheme, scopeHeader } from './names.ts';

/** What the connection manager of a listener depends on. */
export interface ConnectionManagerSettings {
  readonly scheme: Scheme;
  /** File of the access log; empty: none. */
  readonly accessLog: string;
  /** Proxies in front of Envoy whose X-Forwarded-For is believed. */
  readonly numTrustedHops: number;
}

/** Equal in both listeners, so that Envoy keeps one subscription and one table of scopes. */
const scopedRoutes: MessageInitShape<typeof ScopedRoutesSchema> = {
  name: 'contour',
  scopeKeyBuilder: {
    fragments: [
      {
        type: {
          case: 'headerValueExtractor',
          value: { name: scopeHeader, elementSeparator: '', extractType: { case: 'index', value: 0 } },
        },
      },
    ],
  },
  configSpecifier: { case: 'scopedRds', value: { scopedRdsConfigSource: adsAwaited } },
};

/** How a request names its scope; the look-up filters and `scopeKey` know these forms. */
const keyFormat: Readonly<Record<Scheme, string>> = {
  http: 'http/%REQ(:AUTHORITY)%',
  https: 'https/%REQUESTED_SERVER_NAME%/%REQ(:AUTHORITY)%',
};

export function connectionManager({ scheme, accessLog, numTrustedHops }: ConnectionManagerSettings) {
  const config = pack(HttpConnectionManagerSchema, {
    codecType: HttpConnectionManager_CodecType.AUTO,
    statPrefix: `ingress_${scheme}`,
    routeSpecifier: { case: 'scopedRoutes', value: scopedRoutes },
    httpFilters: [...httpFilters],
    earlyHeaderMutationExtensions: [earlyHeaders(keyFormat[scheme])],
    stripPortMode: { case: 'stripAnyHostPort', value: true },
    stripTrailingHostDot: true,
    // Together with no internal_address_config, this makes clients of private addresses as foreign as all others. An
    // empty one would let them set timeouts and retries by request headers.
    useRemoteAddress: true,
    xffNumTrustedHops: numTrustedHops,
    normalizePath: true,
    mergeSlashes: true,
    pathWithEscapedSlashesAction: HttpConnectionManager_PathWithEscapedSlashesAction.KEEP_UNCHANGED,
    httpProtocolOptions: { acceptHttp10: true },
    commonHttpProtocolOptions: { idleTimeout: { seconds: 60n } },
    accessLog: accessLogs(accessLog, requestLine),
  });
  return {
    name: 'envoy.filters.network.http_connection_manager',
    configType: { case: 'typedConfig' as const, value: config },
  };
}

/**
 * Headers by which an Envoy tells a backend about a request, and which it takes from clients as they are: it removes
 * all others of the prefix that mean something to it.
 */
const envoysWords = [
  'x-envoy-attempt-count',
  'x-envoy-is-timeout-retry',
  'x-envoy-original-dst-host',
  'x-envoy-original-method',
  'x-envoy-peer-metadata',
  'x-envoy-peer-metadata-id',
] as const;

/** Before the route is looked up, over whatever the client sent: the scope's key, and when the request came. */
function earlyHeaders(key: string) {
  const set = (name: string, value: string) => ({
    action: {
      case: 'append' as const,
      value: { header: { key: name, value }, appendAction: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD },
    },
  });
  return {
    name: 'envoy.http.early_header_mutation.header_mutation',
    typedConfig: pack(HeaderMutationSchema, {
      mutations: [
        set(scopeHeader, key),
        set('x-request-start', 't=%START_TIME(%s.%3f)%'),
        ...envoysWords.map((value) => ({ action: { case: 'remove' as const, value } })),
      ],
    }),
  };
}
