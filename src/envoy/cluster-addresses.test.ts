// Where the addresses of a name in DNS are filtered, and where not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toJson } from '@bufbuild/protobuf';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import type { Cluster } from '../dag/model.ts';
import { envoyCluster } from './cluster.ts';
import { registry } from './json.ts';
import { cluster } from './testing/fixtures.ts';

const externalName = 'api.example.com';
function optionsOf(settings: Partial<Cluster>) {
  const message = create(ClusterSchema, envoyCluster(cluster('cart', settings)));
  const { typedExtensionProtocolOptions } = JSON.parse(
    JSON.stringify(toJson(ClusterSchema, message, { registry })),
  );
  return typedExtensionProtocolOptions?.['envoy.extensions.upstreams.http.v3.HttpProtocolOptions'];
}

test('the addresses of a name are filtered in every protocol, those of endpoints are not', () => {
  for (const protocol of [undefined, 'tls', 'h2', 'h2c'] as const) {
    const { httpFilters } = optionsOf({ externalName, ...(protocol && { protocol }) });
    assert.deepEqual(
      httpFilters.map(({ name }: { readonly name: string }) => name),
      ['envoy.filters.http.upstream_rbac', 'envoy.filters.http.upstream_codec'],
      protocol,
    );
    const plain = optionsOf(protocol === undefined ? {} : { protocol });
    assert.equal(plain?.httpFilters, undefined, protocol);
  }
});

test('the filter speaks the protocol of the Service', () => {
  for (const [protocol, expected] of [
    ['tls', 'httpProtocolOptions'],
    ['h2', 'http2ProtocolOptions'],
    ['h2c', 'http2ProtocolOptions'],
  ] as const)
    assert.deepEqual(optionsOf({ externalName, protocol }).explicitHttpConfig, { [expected]: {} });
});
