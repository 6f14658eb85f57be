// Which hosts have a filter chain of their own, and what is in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { FilterChainSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_components_pb.js';
import type { Backend, TlsVersion, VirtualHost } from '../dag/model.ts';
import {
  type ChainSettings,
  chainCertificate,
  clustersOfTerms,
  demandsTooMuch,
  fitsCommonChain,
  ownChain,
  ownTerms,
} from './filter-chain.ts';
import { registry } from './json.ts';
import { chainSettings, httpsListener } from './listener.ts';
import { chainSecretName, clusterName, missingCluster } from './names.ts';
import { certificate, cluster, envoySettings, ownHost, tcpHost, tlsHost } from './testing/fixtures.ts';

const settings = chainSettings(envoySettings);
const [cart, blog] = [cluster('cart'), cluster('blog')];
const pair = certificate('1');

const withMinimum = (host: string, minimumVersion: TlsVersion) => ownHost(host, pair, minimumVersion);

const none: readonly (readonly [string, VirtualHost])[] = [
  ['no minimum version', tlsHost('a.com', pair)],
  ['that of all', withMinimum('a.com', '1.2')],
  ['no TLS', { ...tlsHost('a.com', pair), https: undefined }],
  [
    'no certificate',
    {
      ...tlsHost('a.com', pair),
      https: { routes: [], certificate: undefined, minimumVersion: '1.3' },
    },
  ],
  ['a wildcard host', withMinimum('*.a.com', '1.3')],
  ['the default host', withMinimum('*', '1.1')],
];
for (const [name, host] of none) {
  test(`${name}: no chain`, () => assert.equal(ownTerms(host, settings), undefined));
}

test('a wildcard host that asks for more than all have can not be served', () => {
  assert.equal(demandsTooMuch(withMinimum('*.a.com', '1.3'), settings), true);
  assert.equal(demandsTooMuch(withMinimum('*', '1.3'), settings), true);
  assert.equal(demandsTooMuch(withMinimum('*.a.com', '1.1'), settings), false);
  assert.equal(demandsTooMuch(tlsHost('*.a.com', pair), settings), false);
  assert.equal(demandsTooMuch(withMinimum('a.com', '1.3'), settings), false);
});

const perHost = { ...settings, tlsCertificates: 'per-host' } as const;

function chainOf(host: VirtualHost, under: ChainSettings = settings) {
  const terms = ownTerms(host, under);
  assert.ok(terms);
  const message = create(FilterChainSchema, ownChain(host.host, terms, under));
  return JSON.parse(JSON.stringify(toJson(FilterChainSchema, message, { registry })));
}

const secretConfigs = [{ name: chainSecretName('a.com'), sdsConfig: { ads: {}, resourceApiVersion: 'V3' } }];

test('another minimum version: the same connection manager, the certificate beside the chain', () => {
  const { name, filterChainMatch, filters, transportSocket, transportSocketConnectTimeout } = chainOf(
    withMinimum('a.com', '1.3'),
  );
  assert.equal(name, 'a.com');
  assert.deepEqual(filterChainMatch, { serverNames: ['a.com'] });
  const common = httpsListener(envoySettings).filterChains?.[0]?.filters;
  assert.deepEqual(
    filters,
    JSON.parse(
      JSON.stringify(
        toJson(FilterChainSchema, create(FilterChainSchema, { filters: common ?? [] }), { registry }),
      ),
    ).filters,
  );
  assert.equal(transportSocketConnectTimeout, '10s');
  const { '@type': _, ...context } = transportSocket.typedConfig;
  assert.deepEqual(context, {
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_3' },
      alpnProtocols: ['h2', 'http/1.1'],
      tlsCertificateSdsSecretConfigs: secretConfigs,
    },
  });
});

const own: readonly (readonly [string, VirtualHost, object])[] = [
  ['a host like others', tlsHost('a.com', pair), { tlsMinimumProtocolVersion: 'TLSv1_2' }],
  ['a minimum version', withMinimum('a.com', '1.3'), { tlsMinimumProtocolVersion: 'TLSv1_3' }],
  ['connections handed on', tcpHost('a.com', pair, cart), { tlsMinimumProtocolVersion: 'TLSv1_2' }],
];
for (const [name, host, tlsParams] of own) {
  test(`per host, ${name}: a chain, the certificate beside it, and sessions are resumed`, () => {
    const { '@type': _, ...context } = chainOf(host, perHost).transportSocket.typedConfig;
    const { alpnProtocols, ...common } = context.commonTlsContext;
    assert.deepEqual(common, { tlsParams, tlsCertificateSdsSecretConfigs: secretConfigs });
    assert.equal(alpnProtocols?.length, host.tcp === undefined ? 2 : undefined);
    assert.deepEqual(Object.keys(context), ['commonTlsContext']);
    assert.equal(chainCertificate(host, ownTerms(host, perHost)), pair);
  });
}

test('per host: what has no chain of its own', () => {
  for (const [name, host] of none.slice(2)) assert.equal(ownTerms(host, perHost), undefined, name);
  const passed = tcpHost('a.com', undefined, cart);
  assert.equal(chainCertificate(passed, ownTerms(passed, perHost)), undefined);
});

test('the chain of all stands in for a chain that is missing where it does the same', () => {
  assert.equal(fitsCommonChain(tlsHost('a.com', pair), perHost), true);
  assert.equal(fitsCommonChain(withMinimum('a.com', '1.2'), perHost), true);
  assert.equal(fitsCommonChain(withMinimum('a.com', '1.3'), perHost), false);
  assert.equal(fitsCommonChain(withMinimum('a.com', '1.1'), perHost), false);
  assert.equal(fitsCommonChain(tcpHost('a.com', pair, cart), perHost), false);
  assert.equal(fitsCommonChain(withMinimum('*.a.com', '1.1'), perHost), true);
});

test('connections handed on after their TLS: no protocol is agreed on', () => {
  const { filterChainMatch, filters, transportSocket } = chainOf(tcpHost('a.com', pair, cart));
  assert.deepEqual(filterChainMatch, { serverNames: ['a.com'] });
  const { commonTlsContext } = transportSocket.typedConfig;
  assert.deepEqual(commonTlsContext, {
    tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_2' },
    tlsCertificateSdsSecretConfigs: secretConfigs,
  });
  assert.equal(filters.length, 1);
  const { cluster: to, idleTimeout, statPrefix } = filters[0].typedConfig;
  assert.deepEqual([to, idleTimeout, statPrefix], [clusterName(cart), '9001s', 'ingress_tcp']);
});

test('connections handed on as they come: no TLS here', () => {
  const chain = chainOf(tcpHost('a.com', undefined, cart));
  assert.deepEqual(Object.keys(chain).sort(), ['filterChainMatch', 'filters', 'name']);
});

test('the line of a connection ends with the object; its columns are those of a request', () => {
  const logs = chainOf(tcpHost('a.com', undefined, cart)).filters[0].typedConfig.accessLog;
  const line = logs[0].typedConfig.logFormat.textFormatSource.inlineString;
  assert.match(line, /"%REQUESTED_SERVER_NAME%" "%UPSTREAM_HOST%" "%[A-Z_]+%" "IngressRoute\/shop\/root"\n$/);
});

const share = (weight: number, of: Backend['cluster'] = undefined): Backend => ({ cluster: of, weight });
const targets: readonly (readonly [string, readonly Backend[], unknown])[] = [
  ['nothing', [], { cluster: missingCluster }],
  ['a missing Service', [share(1)], { cluster: missingCluster }],
  ['one share', [share(7, cart)], { cluster: clusterName(cart) }],
  ['a weight of 0 is left out', [share(1, cart), share(0, blog)], { cluster: clusterName(cart) }],
  [
    'shares, one of a missing Service',
    [share(1, cart), share(3)],
    {
      weightedClusters: {
        clusters: [
          { name: clusterName(cart), weight: 1 },
          { name: missingCluster, weight: 3 },
        ],
      },
    },
  ],
];
for (const [name, backends, expected] of targets) {
  test(`where connections go: ${name}`, () => {
    const { cluster: one, weightedClusters } = chainOf(tcpHost('a.com', undefined, ...backends)).filters[0]
      .typedConfig;
    assert.deepEqual(
      { ...(one && { cluster: one }), ...(weightedClusters && { weightedClusters }) },
      expected,
    );
  });
}

test('weights whose sum is over 32 bits are scaled down, none to 0', () => {
  const most = 2 ** 32 - 1;
  const host = tcpHost('a.com', undefined, share(most, cart), share(most, blog), share(1));
  const weights = chainOf(host).filters[0].typedConfig.weightedClusters.clusters.map(
    ({ weight }: { weight: number }) => weight,
  );
  assert.equal(weights[0], weights[1]);
  assert.equal(weights[2], 1);
  assert.ok(weights.reduce((sum: number, weight: number) => sum + weight) <= most);
});

test('a chain needs the clusters that have a share', () => {
  const terms = ownTerms(tcpHost('a.com', undefined, share(1, cart), share(1), share(0, blog)), settings);
  assert.deepEqual(terms && clustersOfTerms(terms), [cart]);
});
