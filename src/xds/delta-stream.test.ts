// The protocol: what is answered, when, and what is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache } from './cache.ts';
import { createDeltaStream } from './delta-stream.ts';
import { resource, scope, testTypes, urls } from './testing/content.ts';
import { deltaRequest, Harness, summary, versions } from './testing/harness.ts';

const a = scope('a');
const b = scope('b');

test('nothing is answered before the cache is open; then everything is', () => {
  const cache = createCache();
  const stream = createDeltaStream({ cache, types: testTypes, generation: 'g' });
  cache.subscribe({ changed: (touched) => stream.changed(touched) });
  stream.request(deltaRequest(urls.scope));
  stream.request(deltaRequest(urls.endpoints, { subscribe: ['e'] }));
  stream.request(deltaRequest(urls.listener, { initialVersions: versions([a]) }));
  assert.deepEqual(stream.take(0), []);
  assert.equal(stream.deadline(), undefined);
  cache.apply({ set: [b], remove: [] });
  assert.deepEqual(stream.take(0).map(summary), [['-e'], ['-a'], ['b']]);
});

test('a first request for all is answered with all, in chunks, one response at a time', () => {
  const harness = new Harness(['a', 'b', 'c', 'd', 'e'].map((name) => scope(name)));
  harness.request(urls.scope);
  const first = harness.one();
  assert.deepEqual(summary(first), ['a', 'b', 'c', 'd']);
  assert.deepEqual(harness.sent(), []);
  harness.ack(first);
  assert.deepEqual(harness.sent(), [['e']]);
});

test('a response carries nonce, versions and bytes', () => {
  const harness = new Harness([a]);
  harness.request(urls.scope);
  const { nonce, resources, removed, type } = harness.one();
  assert.notEqual(nonce, '');
  assert.deepEqual(
    { resources, removed, type },
    {
      type: urls.scope,
      resources: [{ name: 'a', version: a.version, bytes: a.bytes }],
      removed: [],
    },
  );
});

test('a wildcard that matches nothing gets one empty response', () => {
  const harness = new Harness();
  harness.request(urls.cluster);
  harness.request(urls.listener);
  assert.deepEqual(harness.drain(), [[], []]);
});

test('names that do not exist are answered as removed, and sent when they come to be', () => {
  const harness = new Harness();
  harness.request(urls.endpoints, { subscribe: ['e'] });
  assert.deepEqual(harness.drain(), [['-e']]);
  harness.set(resource(urls.endpoints, 'e'));
  assert.deepEqual(harness.drain(), [['e']]);
});

test('a name asked again is answered again, whatever the client has', () => {
  const harness = new Harness([resource(urls.endpoints, 'e'), a]);
  harness.request(urls.endpoints, { subscribe: ['e'] });
  assert.deepEqual(harness.drain(), [['e']]);
  harness.request(urls.endpoints, { subscribe: ['e'] });
  assert.deepEqual(harness.drain(), [['e']]);
  harness.request(urls.scope);
  harness.drain();
  harness.request(urls.scope, { subscribe: ['a', 'nope'] });
  assert.deepEqual(harness.drain(), [['a'], ['-nope']]);
});

test('a name asked again while its answer is on its way is answered again', () => {
  const harness = new Harness([resource(urls.endpoints, 'e')]);
  harness.request(urls.endpoints, { subscribe: ['e'] });
  const first = harness.one();
  harness.request(urls.endpoints, { subscribe: ['e'] });
  assert.deepEqual(harness.sent(), []);
  harness.ack(first);
  assert.deepEqual(harness.drain(), [['e']]);
});

test('a name unsubscribed under a wildcard is answered: it is still there, or gone', () => {
  const harness = new Harness([a]);
  harness.request(urls.scope, { subscribe: ['*', 'a', 'x'] });
  assert.deepEqual(harness.drain(), [['a'], ['-x']]);
  harness.request(urls.scope, { unsubscribe: ['a', 'x'] });
  assert.deepEqual(harness.drain(), [['a'], ['-x']]);
});

test('after unsubscribing from all, changes are not sent; after asking for all again, they are', () => {
  const harness = new Harness([a, b]);
  harness.request(urls.scope);
  harness.drain();
  harness.request(urls.scope, { unsubscribe: ['*'] });
  harness.set(scope('a', { revision: 1 }));
  assert.deepEqual(harness.drain(), []);
  harness.request(urls.scope, { subscribe: ['*'] });
  assert.deepEqual(harness.drain(), [['a', 'b']]);
});

test('a reconnecting client is sent nothing that it has, and told what is gone', () => {
  const gone = scope('gone');
  const harness = new Harness([a, b]);
  harness.request(urls.scope, { initialVersions: versions([a, gone]) });
  assert.deepEqual(harness.drain(), [['b'], ['-gone']]);
  const again = new Harness([a, b]);
  again.request(urls.scope, { initialVersions: versions([a, b]) });
  assert.deepEqual(again.drain(), [[]], 'an empty answer tells it that the stream works');
});

test('names that a reconnecting client asks for and has are not sent, gone ones are removed', () => {
  const kept = resource(urls.endpoints, 'kept');
  const changed = resource(urls.endpoints, 'changed', { revision: 1 });
  const gone = resource(urls.endpoints, 'gone');
  const harness = new Harness([kept, changed]);
  const before = resource(urls.endpoints, 'changed');
  harness.request(urls.endpoints, {
    subscribe: ['kept', 'changed', 'gone', 'never'],
    initialVersions: versions([kept, before, gone]),
  });
  assert.deepEqual(harness.drain(), [['changed'], ['-gone', '-never']]);
});

test('what a reconnecting client has counts as accepted', () => {
  const harness = new Harness([a]);
  harness.request(urls.scope, { initialVersions: versions([a]) });
  harness.drain();
  harness.set(scope('a', { bad: true }));
  harness.nack(harness.one());
  assert.equal(harness.cache.get(urls.scope, 'a'), a);
});

test('changes while a response is unanswered merge into the next; what is back to the old is not sent', () => {
  const harness = new Harness([a, b]);
  harness.request(urls.scope);
  const first = harness.one();
  harness.set(scope('a', { revision: 1 }));
  harness.set(scope('a', { revision: 2 }));
  harness.set(scope('b', { revision: 1 }));
  harness.set(b);
  assert.deepEqual(harness.sent(), []);
  harness.ack(first);
  const second = harness.one();
  assert.deepEqual(summary(second), ['a']);
  assert.equal(second.resources[0]?.version, scope('a', { revision: 2 }).version);
});

test('removals follow the changes in a response of their own, and both take turns', () => {
  const harness = new Harness(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => scope(name)));
  harness.request(urls.scope);
  harness.drain();
  const changed = ['c', 'd', 'e', 'f', 'g'].map((name) => scope(name, { revision: 1 }));
  harness.cache.apply({ set: changed, remove: [a, b] });
  assert.deepEqual(harness.drain(), [['c', 'd', 'e', 'f'], ['-a', '-b'], ['g']]);
});

test('a vanished name of a type without removals is forgotten', () => {
  const endpoints = resource(urls.endpoints, 'e');
  const harness = new Harness([endpoints]);
  harness.request(urls.endpoints, { subscribe: ['e'] });
  harness.drain();
  harness.remove(endpoints);
  assert.deepEqual(harness.drain(), []);
});

test('clusters go out while earlier ones are unanswered', () => {
  const harness = new Harness([resource(urls.cluster, 'c1')]);
  harness.request(urls.cluster);
  const first = harness.one();
  harness.set(resource(urls.cluster, 'c2'));
  const second = harness.one();
  assert.deepEqual([summary(first), summary(second)], [['c1'], ['c2']]);
  harness.remove(resource(urls.cluster, 'c1'));
  assert.deepEqual(harness.sent(), [['-c1']]);
});

test('stale and made-up nonces are ignored, on any type', () => {
  const harness = new Harness([a, b]);
  harness.request(urls.scope);
  const response = harness.one();
  harness.request(urls.scope, { nonce: 'nope', refusal: 'no' });
  harness.request(urls.cluster, { nonce: response.nonce, refusal: 'no' });
  harness.ack(response);
  harness.nack(response);
  assert.equal(harness.cache.rejections.size, 0);
  assert.deepEqual(harness.sent(), [[]], 'only the clusters say that there are none');
});

test('the first bytes go to a client that has no version', () => {
  const firstBytes = () => new TextEncoder().encode('{"first":true}');
  const listener = (revision: number) => ({ ...resource(urls.listener, 'l', { revision }), firstBytes });
  const harness = new Harness([listener(0)]);
  harness.request(urls.listener);
  const first = harness.one();
  assert.deepEqual(first.resources[0]?.bytes, firstBytes());
  assert.equal(first.resources[0]?.version, listener(0).version);
  harness.ack(first);
  harness.set(listener(1));
  assert.deepEqual(harness.one().resources[0]?.bytes, listener(1).bytes);
});

test('types without a description are not answered and told once each time', () => {
  const unknown: string[] = [];
  const harness = new Harness([], {
    types: testTypes,
    observer: { unknownType: (type) => unknown.push(type) },
  });
  assert.equal(harness.request('test/Runtime'), undefined);
  assert.deepEqual(harness.sent(), []);
  assert.deepEqual(unknown, ['test/Runtime']);
});

for (const type of ['', 'no-slash', '/x', 'x/', 'a/b/c', 'a b/c']) {
  test(`the malformed type url ${JSON.stringify(type)} ends the stream`, () => {
    assert.equal(new Harness().request(type)?.code, 'INVALID_ARGUMENT');
  });
}
