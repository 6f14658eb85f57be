// What an Envoy is told at its start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BootstrapSettings, bootstrapJson, defaultLimits } from './bootstrap.ts';

const plain: BootstrapSettings = {
  nodeId: 'envoy-1',
  nodeCluster: 'ingress',
  xds: { address: '127.0.0.1', port: 8001, tls: undefined },
  adminSocket: '/run/envoy/admin.sock',
  stats: { address: '0.0.0.0', port: 8002 },
  ...defaultLimits,
};
const json = (settings: Partial<BootstrapSettings> = {}) =>
  JSON.parse(bootstrapJson({ ...plain, ...settings }));
const clusterOf = (settings: Partial<BootstrapSettings> = {}) => json(settings).staticResources.clusters[0];
const tls = { caFile: '/ca.crt', certFile: '/tls.crt', keyFile: '/tls.key' };

test('everything dynamic comes over one delta stream, and is awaited', () => {
  const { adsConfig, cdsConfig, ldsConfig } = json().dynamicResources;
  assert.deepEqual(adsConfig, {
    apiType: 'DELTA_GRPC',
    transportApiVersion: 'V3',
    grpcServices: [
      {
        envoyGrpc: {
          clusterName: 'contour',
          retryPolicy: { retryBackOff: { baseInterval: '0.250s', maxInterval: '3s' } },
        },
      },
    ],
    setNodeOnFirstMessageOnly: true,
  });
  for (const source of [cdsConfig, ldsConfig]) {
    assert.deepEqual(source, { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' });
  }
  assert.deepEqual(json().node, { id: 'envoy-1', cluster: 'ingress' });
});

test('the way to us is HTTP/2 with keepalives, by address or by name', () => {
  const cluster = clusterOf();
  assert.equal(cluster.name, 'contour');
  const options =
    cluster.typedExtensionProtocolOptions['envoy.extensions.upstreams.http.v3.HttpProtocolOptions'];
  assert.deepEqual(options.explicitHttpConfig.http2ProtocolOptions.connectionKeepalive, {
    interval: '30s',
    timeout: '10s',
  });
  assert.notEqual(cluster.upstreamConnectionOptions.tcpKeepalive, undefined);
  assert.equal(cluster.type, 'STATIC');
  const at = (address: string) => clusterOf({ xds: { address, port: 8001, tls: undefined } }).type;
  assert.equal(at('fd00::1'), 'STATIC');
  assert.equal(at('contour.heptio-contour'), 'STRICT_DNS');
});

const tlsAt = (address: string) =>
  clusterOf({ xds: { ...plain.xds, address, tls } }).transportSocket.typedConfig;

test('mutual TLS when there are files for it', () => {
  assert.equal(clusterOf().transportSocket, undefined);
  const { sni, commonTlsContext } = tlsAt('contour');
  assert.equal(sni, 'contour');
  assert.deepEqual(commonTlsContext, {
    tlsCertificates: [{ certificateChain: { filename: '/tls.crt' }, privateKey: { filename: '/tls.key' } }],
    validationContext: {
      trustedCa: { filename: '/ca.crt' },
      matchTypedSubjectAltNames: [{ sanType: 'DNS', matcher: { exact: 'contour' } }],
    },
  });
});

test('the certificate of the xDS server has the name contour, or that by which it is reached', () => {
  const names = (address: string) => {
    const { sni, commonTlsContext } = tlsAt(address);
    const matchers: readonly { sanType: string; matcher: { exact: string } }[] =
      commonTlsContext.validationContext.matchTypedSubjectAltNames;
    return [sni, ...matchers.map(({ sanType, matcher }) => `${sanType} ${matcher.exact}`)];
  };
  assert.deepEqual(names('xDS.example.com'), ['xDS.example.com', 'DNS contour', 'DNS xds.example.com']);
  assert.deepEqual(names('10.0.0.1'), ['contour', 'DNS contour', 'IP_ADDRESS 10.0.0.1']);
});

test('admin is a unix socket; the network sees three paths of it', () => {
  const bootstrap = json();
  const pipe = { pipe: { path: '/run/envoy/admin.sock' } };
  assert.deepEqual(bootstrap.admin, { address: pipe });
  const admin = bootstrap.staticResources.clusters[1];
  assert.deepEqual(admin.loadAssignment.endpoints[0].lbEndpoints[0].endpoint.address, pipe);
  const [listener] = bootstrap.staticResources.listeners;
  const { routes } = listener.filterChains[0].filters[0].typedConfig.routeConfig.virtualHosts[0];
  assert.deepEqual(
    routes.map((route: { match: unknown }) => route.match),
    [{ path: '/ready' }, { path: '/stats' }, { path: '/stats/prometheus' }],
  );
  assert.deepEqual(listener.address.socketAddress, { address: '0.0.0.0', portValue: 8002 });
});

test('heap and connections are bounded, probes and scrapes are not', () => {
  const { overloadManager, staticResources } = json({ maxHeapBytes: 1000, maxConnections: 7 });
  const [heap, connections] = overloadManager.resourceMonitors;
  assert.equal(heap.typedConfig.maxHeapSizeBytes, '1000');
  assert.equal(connections.typedConfig.maxActiveDownstreamConnections, '7');
  assert.equal(overloadManager.actions.length, 2);
  assert.equal(staticResources.listeners[0].ignoreGlobalConnLimit, true);
  assert.equal(staticResources.listeners[0].bypassOverloadManager, true);
});

test('ordinary regular expressions of paths are not too large', () => {
  const { layers } = json().layeredRuntime;
  assert.deepEqual(
    layers.map((layer: { staticLayer: unknown }) => layer.staticLayer),
    [{ 're2.max_program_size.error_level': 1_000 }],
  );
});
