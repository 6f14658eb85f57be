// The real Envoy takes what we give it, and its statistics listener serves no more than it should.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { BootstrapSchema } from '@envoyproxy/protos/envoy/config/bootstrap/v3/bootstrap_pb.js';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { envoyPath } from '../../e2e/kit/envoy-path.ts';
import { selfSigned } from '../testing/certificates.ts';
import { ask } from '../testing/http-client.ts';
import { freePorts } from '../testing/ports.ts';
import { startRealEnvoy } from '../testing/real-envoy.ts';
import { type BootstrapSettings, bootstrap, bootstrapJson, defaultLimits } from './bootstrap.ts';
import { registry } from './json.ts';
import { cluster, createWorld, forward, plainHost, route } from './testing/fixtures.ts';
import { validate } from './testing/validate.ts';
import { typeUrl } from './type-url.ts';

const settings: BootstrapSettings = {
  nodeId: 'envoy-1',
  nodeCluster: 'ingress',
  xds: { address: '127.0.0.1', port: 8001, tls: undefined },
  adminSocket: '/tmp/never-opened.sock',
  stats: { address: '::', port: 8002 },
  ...defaultLimits,
};

test('the bootstrap', () => validate(() => bootstrapJson(settings)));

test('the bootstrap with mutual TLS and a DNS name', async () => {
  const { certificate, key } = await selfSigned('contour');
  const files = { 'ca.crt': certificate, 'tls.crt': certificate, 'tls.key': key };
  await validate((directory) => {
    const [caFile, certFile, keyFile] = Object.keys(files).map((name) => join(directory, name));
    const tls = { caFile: caFile ?? '', certFile: certFile ?? '', keyFile: keyFile ?? '' };
    return bootstrapJson({ ...settings, xds: { address: 'contour.test', port: 8001, tls } });
  }, files);
});

/** The bootstrap with our listeners and a cluster with the longest names in it, as if they were static. */
function withResources(useProxyProtocol: boolean): string {
  const listen = { address: '127.0.0.1', port: 8080, accessLog: '/dev/null' };
  const world = createWorld({ useProxyProtocol, http: listen, https: { ...listen, port: 8443 } });
  const longest = 'n'.repeat(63);
  const service = cluster(longest, { namespace: longest, port: 65_535, portName: 'p'.repeat(15) });
  world.serve(plainHost('a.com', route('/', forward(service))));
  const resources = [...world.resources.values(), ...world.translator.listeners().set];
  const message = bootstrap(settings);
  for (const { type, bytes } of resources) {
    if (type === typeUrl.cluster) message.staticResources?.clusters.push(fromBinary(ClusterSchema, bytes));
    if (type === typeUrl.listener) message.staticResources?.listeners.push(fromBinary(ListenerSchema, bytes));
  }
  return JSON.stringify(toJson(BootstrapSchema, message, { registry }));
}

for (const useProxyProtocol of [false, true]) {
  test(`listeners and clusters${useProxyProtocol ? ' with the PROXY protocol' : ''}`, () =>
    validate(() => withResources(useProxyProtocol)));
}

test('a mistake is refused', async () => {
  await assert.rejects(
    validate(() => bootstrapJson({ ...settings, stats: { address: 'not an address', port: 8002 } })),
    /malformed IP address/,
  );
});

/** Without dynamic configuration, so that it is ready without us. */
function standalone(adminSocket: string, port: number): string {
  const message = bootstrap({ ...settings, adminSocket, stats: { address: '127.0.0.1', port } });
  delete message.dynamicResources;
  return JSON.stringify(toJson(BootstrapSchema, message, { registry }));
}

const paths: readonly (readonly [string, string, number])[] = [
  ['GET', '/ready', 200],
  ['GET', '/stats?filter=server.live', 200],
  ['GET', '/stats/prometheus?filter=server.live', 200],
  ['GET', '/', 404],
  ['GET', '/ready/', 404],
  ['GET', '/config_dump', 404],
  ['GET', '/stats/recentlookups', 404],
  ['POST', '/quitquitquit', 404],
  ['POST', '/ready/../quitquitquit', 404],
  ['POST', '//quitquitquit', 404],
  ['POST', '/ready%2f..%2fquitquitquit', 400],
  ['POST', '/stats/%2e%2e/quitquitquit', 404],
];

test('the statistics listener', async (t) => {
  const [port = 0] = await freePorts(1);
  const envoy = await startRealEnvoy({
    path: envoyPath(),
    bootstrap: (adminSocket) => standalone(adminSocket, port),
  });
  t.after(() => envoy.stop());
  await envoy.live();
  for (const [method, path, status] of paths) {
    const answer = await ask({ port, host: 'anything', method, path });
    assert.equal(answer.status, status, `${method} ${path}`);
  }
  assert.equal((await ask({ port, host: 'x', path: '/ready' })).body.toString().trim(), 'LIVE');
});
