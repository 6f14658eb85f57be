// The settings of a cluster whose endpoints are a name in DNS.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import type { Cluster } from '../dag/model.ts';
import { envoyCluster } from './cluster.ts';
import { registry } from './json.ts';
import { clusterName } from './names.ts';
import { cluster } from './testing/fixtures.ts';

const json = (settings: Partial<Cluster>) => {
  const message = create(ClusterSchema, envoyCluster(cluster('cart', settings)));
  return JSON.parse(JSON.stringify(toJson(ClusterSchema, message, { registry })));
};
const externalName = 'api.example.com';

test('Envoy asks for an absolute name, follows the answers, and waits for none of them', () => {
  const { typedExtensionProtocolOptions, ...got } = json({ externalName });
  const name = clusterName(cluster('cart', { externalName }));
  const socketAddress = { address: 'api.example.com.', portValue: 80 };
  assert.deepEqual(got, {
    ...{ name, altStatName: 'shop_cart_80', type: 'STRICT_DNS', connectTimeout: '0.250s' },
    ...{ waitForWarmOnInit: false, respectDnsTtl: true, dnsLookupFamily: 'V4_PREFERRED' },
    ...{ dnsRefreshRate: '5s', dnsFailureRefreshRate: { baseInterval: '1s', maxInterval: '10s' } },
    commonLbConfig: { healthyPanicThreshold: {} },
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress } } }] }],
    },
  });
});
