// Envoy itself takes every resource of every golden scenario.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { create, fromBinary } from '@bufbuild/protobuf';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { RegexMatcherSchema } from '@envoyproxy/protos/envoy/type/matcher/v3/regex_pb.js';
import { encode, overlay } from '../envoy/encode.ts';
import { tlsCertificate } from '../envoy/secret.ts';
import { typeUrl } from '../envoy/type-url.ts';
import { resourceTypes } from '../envoy/types.ts';
import { runOffline } from '../offline.ts';
import { readScenario, scenarios } from '../testing/golden.ts';
import { type Made, refusedByEnvoy, resourcesIn } from '../testing/judged-by-envoy.ts';
import type { Resource } from '../xds/resource.ts';

const root = join(import.meta.dirname, 'testdata');

let all: readonly Made[];

before(async () => {
  const byContent = new Map<string, Made>();
  for (const scenario of scenarios(root))
    for (const resource of await resourcesOf(scenario)) {
      const { type, name, version } = resource;
      const content = [type, name, version].join();
      if (!byContent.has(content)) byContent.set(content, { origin: scenario, resource });
    }
  all = [...byContent.values()];
});

async function resourcesOf(scenario: string): Promise<readonly Resource[]> {
  const { objects, config } = await readScenario(join(root, scenario));
  return resourcesIn(runOffline(objects, config.outcome).cache);
}

test('every resource of every scenario', async () => {
  assert.deepEqual(await refusedByEnvoy(all), []);
});

test('there are resources of every type', () => {
  const found = new Set(all.map(({ resource }) => resource.type));
  assert.deepEqual(
    resourceTypes.filter(({ url }) => !found.has(url)),
    [],
  );
});

type Spoil = (bytes: Uint8Array) => Uint8Array;

const noCertificate = { namespace: 'a', name: 'b', chain: Buffer.from('?'), key: Buffer.from('?') };

/** By type: a mistake in a resource, and Envoy's words for it. */
const mistakes: Readonly<Record<string, readonly [spoil: Spoil, words: RegExp]>> = {
  [typeUrl.scope]: [
    (bytes) => {
      const scope = fromBinary(ScopedRouteConfigurationSchema, bytes);
      const regex = create(RegexMatcherSchema, { regex: '(' });
      for (const { routes } of scope.routeConfiguration?.virtualHosts ?? [])
        for (const { match } of routes)
          if (match !== undefined) match.pathSpecifier = { case: 'safeRegex', value: regex };
      return encode(ScopedRouteConfigurationSchema, scope);
    },
    /missing \)/,
  ],
  [typeUrl.cluster]: [
    (bytes) => overlay(bytes, encode(ClusterSchema, { connectTimeout: { seconds: -1n, nanos: -1 } })),
    /positive duration/,
  ],
  [typeUrl.secret]: [
    () => encode(SecretSchema, { type: { case: 'tlsCertificate', value: tlsCertificate(noCertificate) } }),
    /certificate chain/,
  ],
};

for (const [type, [spoil, words]] of Object.entries(mistakes))
  test(`a mistake is told with its scenario: ${type}`, async () => {
    const made = all.find(({ resource }) => resource.type === type);
    assert.ok(made);
    const bad = { ...made, resource: { ...made.resource, bytes: spoil(made.resource.bytes) } };
    const [only = '', ...more] = await refusedByEnvoy([...all.slice(0, 20), bad, ...all.slice(20, 30)]);
    assert.ok(only.startsWith(`${made.origin}: ${type} ${made.resource.name}: `), only);
    assert.match(only, words);
    assert.deepEqual(more, []);
  });
