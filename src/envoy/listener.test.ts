// The listeners' settings, and the traps of their filters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { registry } from './json.ts';
import {
  checkListener,
  httpListener,
  httpsListener,
  type ListenerSettings,
  prefetchListener,
} from './listener.ts';
import { envoySettings } from './testing/fixtures.ts';

const json = (listener: ReturnType<typeof httpListener>) =>
  JSON.parse(JSON.stringify(toJson(ListenerSchema, create(ListenerSchema, listener), { registry })));
const http = (settings: Partial<ListenerSettings> = {}) =>
  json(httpListener({ ...envoySettings, ...settings }));
const https = (settings: Partial<ListenerSettings> = {}) =>
  json(httpsListener({ ...envoySettings, ...settings }));
const managerOf = (listener: ReturnType<typeof json>) => listener.filterChains[0].filters[0].typedConfig;
const listenerFilters = (listener: ReturnType<typeof json>) =>
  (listener.listenerFilters ?? []).map(({ name }: { name: string }) =>
    name.replace('envoy.filters.listener.', ''),
  );

test('each has its name, its address and one filter chain', () => {
  for (const [listener, name, portValue] of [
    [http(), 'ingress_http', 8080],
    [https(), 'ingress_https', 8443],
  ] as const) {
    assert.equal(listener.name, name);
    assert.deepEqual(listener.address.socketAddress, { address: '0.0.0.0', portValue });
    assert.equal(listener.filterChains.length, 1);
  }
});

test('IPv6 addresses; :: takes IPv4 too', () => {
  const at = (address: string) =>
    http({ http: { address, port: 8080, accessLog: '' } }).address.socketAddress;
  assert.deepEqual(at('fd00::1'), { address: 'fd00::1', portValue: 8080 });
  assert.deepEqual(at('::'), { address: '::', portValue: 8080, ipv4Compat: true });
});

test('both look scopes up by the same rule, over the stream, and wait for them', () => {
  const { scopedRoutes } = managerOf(http());
  assert.deepEqual(managerOf(https()).scopedRoutes, scopedRoutes);
  assert.deepEqual(scopedRoutes, {
    name: 'contour',
    scopeKeyBuilder: { fragments: [{ headerValueExtractor: { name: 'x-contour-vhost', index: 0 } }] },
    scopedRds: {
      scopedRdsConfigSource: { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' },
    },
  });
});

for (const [name, listener, key] of [
  ['http', http(), 'http/%REQ(:AUTHORITY)%'],
  ['https', https(), 'https/%REQUESTED_SERVER_NAME%/%REQ(:AUTHORITY)%'],
] as const) {
  test(`${name}: the key and the time of the request overwrite what the client sent`, () => {
    const { mutations } = managerOf(listener).earlyHeaderMutationExtensions[0].typedConfig;
    const set = (name: string, value: string) => ({
      append: { header: { key: name, value }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    });
    assert.deepEqual(mutations.slice(0, 2), [
      set('x-contour-vhost', key),
      set('x-request-start', 't=%START_TIME(%s.%3f)%'),
    ]);
    for (const { remove } of mutations.slice(2)) assert.match(remove, /^x-envoy-/);
  });

  test(`${name}: the look-ups are first, nothing is disabled in the chain, wild comes apart and is awaited`, () => {
    const filters = managerOf(listener).httpFilters;
    assert.deepEqual(
      filters.map((filter: { name: string }) => filter.name),
      [
        'case',
        'wild',
        'envoy.filters.http.compressor',
        'envoy.filters.http.grpc_web',
        'envoy.filters.http.router',
      ],
    );
    assert.ok(filters.every((filter: { disabled?: boolean }) => filter.disabled === undefined));
    assert.deepEqual(filters[1].configDiscovery, {
      configSource: { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' },
      typeUrls: ['type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua'],
    });
  });

  test(`${name}: forms of hosts and paths`, () => {
    const manager = managerOf(listener);
    assert.equal(manager.stripAnyHostPort, true);
    assert.equal(manager.stripTrailingHostDot, true);
    assert.equal(manager.normalizePath, true);
    assert.equal(manager.mergeSlashes, true);
    assert.equal(manager.pathWithEscapedSlashesAction, 'KEEP_UNCHANGED');
    assert.equal(manager.useRemoteAddress, true);
    assert.equal(manager.internalAddressConfig, undefined);
    assert.deepEqual(manager.httpProtocolOptions, { acceptHttp10: true });
    assert.deepEqual(manager.commonHttpProtocolOptions, { idleTimeout: '60s' });
  });
}

test('the access log goes to the given file and names the route; an empty path means none', () => {
  const at = (accessLog: string) =>
    managerOf(http({ http: { address: '0.0.0.0', port: 1, accessLog } })).accessLog;
  assert.equal(at('/tmp/log')[0].typedConfig.path, '/tmp/log');
  assert.match(at('/tmp/log')[0].typedConfig.logFormat.textFormatSource.inlineString, /%ROUTE_NAME%"\n$/);
  assert.equal(at(''), undefined);
});

test('trusted hops', () => {
  assert.equal(managerOf(http()).xffNumTrustedHops, undefined);
  assert.equal(managerOf(http({ numTrustedHops: 2 })).xffNumTrustedHops, 2);
});

test('the server name is read on the TLS listener; the PROXY protocol comes before it', () => {
  assert.deepEqual(listenerFilters(http()), []);
  assert.deepEqual(listenerFilters(https()), ['tls_inspector']);
  assert.deepEqual(listenerFilters(http({ useProxyProtocol: true })), ['proxy_protocol']);
  assert.deepEqual(listenerFilters(https({ useProxyProtocol: true })), ['proxy_protocol', 'tls_inspector']);
});

const tlsOf = (listener: ReturnType<typeof json>) => listener.filterChains[0].transportSocket.typedConfig;
const selectorOf = (listener: ReturnType<typeof json>) =>
  tlsOf(listener).commonTlsContext.customTlsCertificateSelector.typedConfig;

test('certificates on demand, with a bound on the wait and without session resumption', () => {
  assert.equal(https().filterChains[0].transportSocketConnectTimeout, '10s');
  const tls = tlsOf(https());
  assert.equal(tls.disableStatelessSessionResumption, true);
  assert.equal(tls.disableStatefulSessionResumption, true);
  assert.deepEqual(tls.commonTlsContext.alpnProtocols, ['h2', 'http/1.1']);
  const { configSource, certificateMapper, prefetchSecretNames } = selectorOf(https());
  assert.deepEqual(configSource, { ads: {}, resourceApiVersion: 'V3' });
  assert.equal(certificateMapper.typedConfig.defaultValue, '(none)');
  assert.equal(prefetchSecretNames, undefined);
});

test('the minimum version; only with 1.1 the ciphers that such clients know', () => {
  const parameters = (minimumTlsVersion: ListenerSettings['minimumTlsVersion']) =>
    tlsOf(https({ minimumTlsVersion })).commonTlsContext.tlsParams;
  assert.deepEqual(parameters('1.2'), { tlsMinimumProtocolVersion: 'TLSv1_2' });
  assert.deepEqual(parameters('1.3'), { tlsMinimumProtocolVersion: 'TLSv1_3' });
  const { tlsMinimumProtocolVersion, cipherSuites } = parameters('1.1');
  assert.equal(tlsMinimumProtocolVersion, 'TLSv1_1');
  assert.deepEqual(cipherSuites.slice(-2), ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-RSA-AES128-SHA']);
  assert.match(cipherSuites[0], /GCM/);
});

test('certificates are kept ready by the same source and mapper, in a listener that is never bound', () => {
  const listener = json(prefetchListener(['a.com']));
  assert.equal(listener.bindToPort, false);
  const { prefetchSecretNames, ...rest } = selectorOf(listener);
  assert.deepEqual(prefetchSecretNames, ['a.com']);
  assert.deepEqual(rest, selectorOf(https()));
});

test('what judges a chain is never bound, at an address of its own that is short whatever the host', () => {
  const [one, two] = ['a'.repeat(253), 'b.com'].map((host) => json(checkListener(host)));
  assert.equal(one.bindToPort, false);
  assert.match(one.address.socketAddress.address, /^127\./);
  assert.notDeepEqual(one.address, two.address);
  assert.equal(two.name, 'check/b.com');
});
