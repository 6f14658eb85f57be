// A route moves between Services under load, each move with a cluster that Envoy has not had, while another
// tenant's cluster never becomes ready: nobody gets anything but 200.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  Cluster_DiscoveryType,
  ClusterSchema,
} from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { typeUrl } from '../src/envoy/type-url.ts';
import { type Backend, startBackend } from '../src/testing/backends.ts';
import { eventually } from '../src/testing/deadline.ts';
import { ask, echoOf } from '../src/testing/http-client.ts';
import { startLoad } from '../src/testing/load.ts';
import { listen } from '../src/testing/ports.ts';
import { type Resource, versionOf } from '../src/xds/resource.ts';
import { type InProcess, startInProcess } from './kit/in-process.ts';
import { root, service } from './kit/manifests.ts';

const switches = 40;
let backends: readonly Backend[];
let silent: Server;
let world: InProcess;
before(async () => {
  backends = await Promise.all(['one', 'two'].map((name) => startBackend(name)));
  silent = createServer();
  world = await startInProcess([
    ...backends.flatMap(({ name, port }) => service(name, port)),
    root('a', 'a.com', { '/': 'one' }),
  ]);
});
after(async () => {
  await world.close();
  silent.close();
  await Promise.all(backends.map((backend) => backend.close()));
});

/** Its first health check, on a port where nobody answers, takes ten minutes: until then the cluster warms. */
function neverReady(port: number): Resource {
  const address = {
    case: 'socketAddress' as const,
    value: { address: '127.0.0.1', portSpecifier: { case: 'portValue' as const, value: port } },
  };
  const cluster = create(ClusterSchema, {
    name: 'never-ready',
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.STATIC },
    connectTimeout: { seconds: 600n },
    loadAssignment: {
      clusterName: 'never-ready',
      endpoints: [
        { lbEndpoints: [{ hostIdentifier: { case: 'endpoint', value: { address: { address } } } }] },
      ],
    },
    healthChecks: [
      {
        timeout: { seconds: 600n },
        interval: { seconds: 600n },
        unhealthyThreshold: 1,
        healthyThreshold: 1,
        healthChecker: { case: 'httpHealthCheck', value: { path: '/' } },
      },
    ],
  });
  const bytes = toBinary(ClusterSchema, cluster);
  return { type: typeUrl.cluster, name: 'never-ready', bytes, version: versionOf(bytes), requires: [] };
}

test(`${switches} switches, 100 % 200`, async (t) => {
  world.pipeline.cache.apply({ set: [neverReady(await listen(silent))], remove: [] });
  const warming = async () =>
    (await world.envoy.stats('^cluster_manager\\.warming_clusters$')).get('cluster_manager.warming_clusters');
  await eventually(async () => assert.equal(await warming(), 1));
  const load = startLoad({ port: world.port, host: 'a.com', path: '/', connections: 4 });
  t.after(load.stop);
  for (let turn = 1; turn <= switches; turn++) {
    const next = turn % 2 === 0 ? 'one' : 'two';
    world.apply(root('a', 'a.com', { '/': next }));
    await eventually(
      async () => assert.equal(echoOf(await ask({ port: world.port, host: 'a.com' })).backend, next),
      { every: 1 },
    );
  }
  assert.deepEqual([...(await load.stop()).keys()], ['200']);
  assert.equal(await warming(), 1, 'the slow cluster was there all the time');
});
