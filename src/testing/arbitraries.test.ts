// Histories are worth something only if they reach what they are about.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Cluster, VirtualHost } from '../dag/model.ts';
import { history } from './arbitraries.ts';
import { selfSigned } from './certificates.ts';
import { createGraphWorld } from './graph-world.ts';

const clustersOf = ({ http, https, tcp }: VirtualHost): readonly Cluster[] =>
  [...(http ?? []), ...(https?.routes ?? [])]
    .flatMap(({ action }) => (action.kind === 'forward' ? action.backends : []))
    .concat(tcp?.backends ?? [])
    .flatMap(({ cluster }) => cluster ?? []);

/** What of the model a host shows. */
function* featuresOf(host: VirtualHost): Iterable<string> {
  for (const { action, chain } of [...(host.http ?? []), ...(host.https?.routes ?? [])]) {
    yield action.kind;
    if (chain.length > 0) yield 'delegated';
    if (action.kind !== 'forward') continue;
    if (action.websockets) yield 'websockets';
    yield* Object.keys(action.policy ?? {});
  }
  for (const cluster of clustersOf(host)) {
    yield* Object.keys(cluster);
    yield `protocol ${cluster.protocol}`;
    yield `strategy ${cluster.strategy}`;
  }
  if (host.https?.certificate) yield 'certificate';
  if (host.https && !host.https.certificate) yield 'unusable certificate';
  if (host.https?.minimumVersion) yield 'version';
  if (!host.tcp) return;
  yield host.tcp.certificate ? 'terminated' : 'passthrough';
  yield host.tcp.backends.length > 0 ? 'tcp' : 'nowhere';
  if (host.tcp.chain.length > 0) yield 'tcp delegated';
}

/** Fields of the model, and what is asked of `featuresOf`. */
const features = [
  ...['forward', 'respond', 'redirect-to-https', 'delegated', 'websockets'],
  ...['timeoutMs', 'retry', 'prefixRewrite'],
  ...['namespace', 'service', 'port', 'portName', 'limits', 'healthCheck', 'validation'],
  ...[
    'protocol',
    'protocol undefined',
    'protocol h2',
    'protocol h2c',
    'protocol tls',
    'protocol passthrough',
  ],
  ...['strategy', 'strategy undefined', 'strategy least-request', 'strategy random', 'strategy cookie'],
  ...['certificate', 'unusable certificate', 'version'],
  ...['terminated', 'passthrough', 'tcp', 'nowhere', 'tcp delegated'],
].sort();

test('histories show every feature of the model', async () => {
  const { certificate, key } = await selfSigned('one.com');
  const histories = history({ 'tls.crt': certificate, 'tls.key': key });
  const seen = new Set<string>();
  for (const happened of fc.sample(histories, { seed: 1, numRuns: 150 })) {
    const world = createGraphWorld();
    for (const event of happened) {
      const { hosts } = world.settle(event);
      for (const host of hosts.values())
        for (const feature of host ? featuresOf(host) : []) seen.add(feature);
    }
  }
  assert.deepEqual([...seen].sort(), features);
});
