// Bounds and counts: what a stream may cost, and what a change costs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeltaStream } from './delta-stream.ts';
import { clusterWithEndpoints, resource, scope, testTypes, urls } from './testing/content.ts';
import { deltaRequest, Harness, summary } from './testing/harness.ts';

const many = Array.from({ length: 2_000 }, (_, index) => scope(`s${index}`, { clusters: ['c1'] }));

test('with 2,000 scopes a change sends one resource, and the same again none', () => {
  const counts = { resources: 0 };
  const observer = { sent: (_type: string, names: readonly string[]) => (counts.resources += names.length) };
  const harness = new Harness([...clusterWithEndpoints('c1'), ...many], { observer });
  harness.request(urls.cluster);
  harness.request(urls.endpoints, { subscribe: ['c1/eds'] });
  harness.request(urls.scope);
  harness.drain();
  assert.equal(counts.resources, 2_002);
  harness.set(scope('s7', { clusters: ['c1'], revision: 1 }));
  assert.deepEqual(harness.drain(), [['s7']]);
  harness.set(scope('s7', { clusters: ['c1'], revision: 1 }), resource(urls.secret, 'unrelated'));
  assert.deepEqual(harness.drain(), []);
  harness.set(resource(urls.endpoints, 'c1/eds', { revision: 1 }));
  assert.deepEqual(harness.drain(), [['c1/eds']]);
  assert.equal(counts.resources, 2_004);
});

test('an event looks at no scope that waits for something else', () => {
  const waiting = Array.from({ length: 10_000 }, (_, index) => scope(`w${index}`, { clusters: ['slow'] }));
  const harness = new Harness([resource(urls.cluster, 'slow')]);
  let looks = 0;
  const get = harness.cache.get;
  harness.cache.get = (type, name) => {
    looks += 1;
    return get(type, name);
  };
  harness.request(urls.cluster);
  harness.request(urls.scope);
  for (const response of harness.take()) if (response.type === urls.scope) harness.ack(response);
  harness.set(...waiting);
  harness.take();
  looks = 0;
  harness.set(resource(urls.cluster, 'c'), scope('s', { clusters: ['c'] }));
  for (const response of harness.take()) if (summary(response)?.includes('c')) harness.ack(response);
  assert.deepEqual(harness.sent(), [['s']]);
  harness.set(resource(urls.cluster, 'slow', { revision: 1 }));
  assert.deepEqual(harness.sent(), [['slow']]);
  assert.ok(looks < 50, `${looks} looks at the cache`);
});

/** A stream whose responses are flushed only by the test. */
function slowReader(limits: { readonly unsentBytes: number; readonly responseBytes: number }) {
  const harness = new Harness([]);
  const stream = createDeltaStream({ cache: harness.cache, types: testTypes, generation: 'g', limits });
  harness.cache.subscribe({ changed: (touched) => stream.changed(touched) });
  return { harness, stream };
}

test('no more than so many bytes are unsent, over all types', () => {
  const { harness, stream } = slowReader({ unsentBytes: 1_000, responseBytes: 600 });
  harness.set(...['a', 'b', 'c', 'd'].flatMap((name) => [scope(name), resource(urls.listener, name)]));
  stream.request(deltaRequest(urls.listener));
  stream.request(deltaRequest(urls.scope));
  const first = stream.take(0);
  assert.deepEqual(first.map(summary), [
    ['a', 'b', 'c'],
    ['a', 'b'],
  ]);
  assert.ok(first.every(({ size }) => size <= 600));
  assert.ok(first.reduce((sum, { size }) => sum + size, 0) <= 1_000);
  stream.request(deltaRequest(urls.listener, { nonce: first[0]!.nonce }));
  assert.deepEqual(stream.take(0), [], 'an answer makes no room');
  for (const { size } of first) stream.flushed(size);
  assert.deepEqual(stream.take(0).map(summary), [['d']]);
});

test('a resource that is larger than the limit goes alone, when nothing is unsent', () => {
  const { harness, stream } = slowReader({ unsentBytes: 300, responseBytes: 300 });
  const large = resource(urls.listener, 'large', { name: 'x'.repeat(1_000) });
  harness.set(large, scope('a'));
  stream.request(deltaRequest(urls.scope));
  const [small] = stream.take(0);
  stream.request(deltaRequest(urls.listener));
  assert.deepEqual(stream.take(0), []);
  stream.flushed(small!.size);
  assert.deepEqual(stream.take(0).map(summary), [['large']]);
});

test('a client may name so many names', () => {
  const harness = new Harness([], { limits: { names: 4 } });
  assert.equal(harness.request(urls.secret, { subscribe: ['a', 'b'] }), undefined);
  harness.drain();
  const initialVersions = new Map([
    ['a', ''],
    ['b', ''],
  ]);
  assert.equal(harness.request(urls.endpoints, { subscribe: ['a', 'b'], initialVersions }), undefined);
  const end = harness.request(urls.endpoints, { subscribe: ['c'] });
  assert.equal(end?.code, 'RESOURCE_EXHAUSTED');
});

test('a client that never accepts clusters costs a bounded memory, and stays up to date', () => {
  const harness = new Harness();
  harness.request(urls.cluster);
  const nonces = harness.take().map(({ nonce }) => nonce);
  for (let revision = 0; revision <= 10_000; revision += 1) {
    harness.set(resource(urls.cluster, 'c', { revision }));
    nonces.push(...harness.take().map(({ nonce }) => nonce));
  }
  assert.equal(nonces.length, 10_002);
  harness.request(urls.cluster, { nonce: nonces[1]!, refusal: 'no' });
  assert.deepEqual(harness.drain(), [], 'the oldest are forgotten');
  harness.request(urls.cluster, { nonce: nonces.at(-1)!, refusal: 'no' });
  assert.equal(harness.cache.rejections.size, 1);
});
