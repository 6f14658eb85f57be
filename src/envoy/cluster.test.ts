// The settings of a cluster.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { envoyCluster } from './cluster.ts';
import { clusterName, endpointsName } from './names.ts';
import { cluster } from './testing/fixtures.ts';

test('a cluster asks for its endpoints under its own name and never panics', () => {
  const cart = cluster('cart');
  assert.deepEqual(toJson(ClusterSchema, create(ClusterSchema, envoyCluster(cart))), {
    name: clusterName(cart),
    altStatName: 'shop_cart_80',
    type: 'EDS',
    edsClusterConfig: {
      edsConfig: { ads: {}, resourceApiVersion: 'V3' },
      serviceName: endpointsName(cart),
    },
    connectTimeout: '0.250s',
    commonLbConfig: { healthyPanicThreshold: {} },
  });
});
