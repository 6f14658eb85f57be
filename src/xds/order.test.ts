// Order between types: make before break, per name, and the start.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultLimits } from './delta-stream.ts';
import type { Resource } from './resource.ts';
import { clusterWithEndpoints, resource, scope, urls } from './testing/content.ts';
import { Harness, summary, versions } from './testing/harness.ts';

/** A stream whose client has these, with all types subscribed. */
function running(...resources: readonly Resource[]): Harness {
  const harness = new Harness(resources);
  const endpoints = resources.filter(({ type }) => type === urls.endpoints).map(({ name }) => name);
  harness.request(urls.cluster);
  harness.request(urls.endpoints, { subscribe: endpoints });
  harness.request(urls.scope);
  harness.drain();
  return harness;
}

const [c1, e1] = clusterWithEndpoints('c1');
const [c2, e2] = clusterWithEndpoints('c2');
const unwarmed = (name: string) => resource(urls.cluster, name);

test('a scope waits for the endpoints of its cluster, not for the ACK of clusters', () => {
  const harness = running(c1, e1);
  harness.set(c2, e2, scope('s', { clusters: ['c1', 'c2'] }));
  assert.deepEqual(harness.sent(), [['c2']]);
  harness.request(urls.endpoints, { subscribe: ['c2/eds'] });
  const endpoints = harness.one();
  assert.deepEqual(summary(endpoints), ['c2/eds']);
  harness.ack(endpoints);
  assert.deepEqual(harness.sent(), [['s']]);
});

test('a scope waits for the ACK of a cluster that nothing warms', () => {
  const harness = running();
  harness.set(unwarmed('c'), scope('s', { clusters: ['c'] }));
  const cluster = harness.one();
  assert.deepEqual(harness.sent(), []);
  harness.ack(cluster);
  assert.deepEqual(harness.sent(), [['s']]);
});

test('one slow cluster holds up nobody else', () => {
  const harness = running();
  harness.set(unwarmed('slow'), c1, e1, scope('a', { clusters: ['slow'] }), scope('b', { clusters: ['c1'] }));
  assert.deepEqual(harness.sent(), [['slow', 'c1']]);
  harness.request(urls.endpoints, { subscribe: ['c1/eds'] });
  harness.ack(harness.one());
  assert.deepEqual(harness.sent(), [['b']]);
});

test('patience is counted per name from when it first had to wait', () => {
  const harness = running();
  harness.set(unwarmed('c'), scope('a', { clusters: ['c'] }));
  harness.sent();
  assert.equal(harness.stream.deadline(), defaultLimits.patience);
  harness.now = 2_000;
  harness.set(scope('b', { clusters: ['c'] }), scope('a', { clusters: ['c'], revision: 1 }));
  assert.deepEqual(harness.sent(), []);
  harness.now = defaultLimits.patience;
  const response = harness.one();
  assert.deepEqual(summary(response), ['a']);
  harness.ack(response);
  assert.equal(harness.stream.deadline(), 2_000 + defaultLimits.patience);
  harness.now = 2_000 + defaultLimits.patience;
  assert.deepEqual(harness.drain(), [['b']]);
  assert.equal(harness.stream.deadline(), undefined);
});

test('a later change of a name that lost its patience waits anew', () => {
  const harness = running();
  harness.set(unwarmed('c'), scope('a', { clusters: ['c'] }));
  harness.sent();
  harness.now = 5_000;
  harness.ack(harness.one());
  harness.set(scope('a', { clusters: ['c'], revision: 1 }));
  assert.deepEqual(harness.sent(), []);
  assert.equal(harness.stream.deadline(), 10_000);
});

const ready: readonly { readonly title: string; readonly until: (harness: Harness) => void }[] = [
  { title: 'goes', until: (harness) => harness.remove(c2, e2) },
  {
    title: 'is refused',
    until: (harness) => {
      harness.request(urls.cluster, { nonce: harness.nonce, refusal: 'no' });
    },
  },
];
for (const { title, until } of ready) {
  test(`nobody waits for a cluster that ${title}`, () => {
    const harness = running();
    harness.set(c2, e2, scope('s', { clusters: ['c2'] }));
    assert.deepEqual(harness.sent(), [['c2']]);
    until(harness);
    assert.ok(harness.sent().some((names) => names.includes('s')));
  });
}

test('nobody waits for a type that the client does not ask for, nor for a cluster that is not there', () => {
  const harness = new Harness([c1, e1, scope('a', { clusters: ['c1'] }), scope('b', { clusters: ['none'] })]);
  harness.request(urls.scope);
  assert.deepEqual(harness.sent(), [['a', 'b']]);
  assert.deepEqual(running(scope('b', { clusters: ['none'] })).drain(), []);
});

test('a cluster that is gone stays until no scope at the client names it', () => {
  const harness = running(c1, e1, c2, e2, scope('s', { clusters: ['c1'] }), scope('t', { clusters: ['c1'] }));
  harness.remove(c1, e1, scope('t'));
  harness.set(scope('s', { clusters: ['c2'] }));
  const change = harness.one();
  assert.deepEqual(summary(change), ['s']);
  harness.ack(change);
  const removal = harness.one();
  assert.deepEqual(summary(removal), ['-t']);
  harness.ack(removal);
  assert.deepEqual(harness.sent(), [['-c1']]);
});

test('a cluster that comes back while it is kept is not sent again', () => {
  const harness = running(c1, e1, scope('s', { clusters: ['c1'] }));
  harness.remove(c1, e1);
  assert.deepEqual(harness.drain(), []);
  harness.set(c1, e1);
  assert.deepEqual(harness.drain(), []);
  harness.remove(scope('s'));
  assert.deepEqual(harness.drain(), [['-s']]);
});

test('a cluster that was removed and comes back must be warmed again', () => {
  const harness = running(c1, e1);
  harness.remove(c1);
  assert.deepEqual(harness.sent(), [['-c1']]);
  harness.set(c1, scope('s', { clusters: ['c1'] }));
  assert.deepEqual(harness.sent(), [['c1']]);
  harness.request(urls.endpoints, { unsubscribe: ['c1/eds'] });
  harness.request(urls.endpoints, { subscribe: ['c1/eds'] });
  const endpoints = harness.one();
  assert.deepEqual(summary(endpoints), ['c1/eds']);
  harness.ack(endpoints);
  assert.deepEqual(harness.sent(), [['s']]);
});

test('so must a cluster that nothing warms, though its removal is unanswered', () => {
  const harness = running(unwarmed('c'));
  harness.remove(unwarmed('c'));
  const removal = harness.one();
  harness.set(unwarmed('c'), scope('s', { clusters: ['c'] }));
  const back = harness.one();
  assert.deepEqual(summary(back), ['c']);
  harness.ack(removal);
  assert.deepEqual(harness.sent(), []);
  harness.ack(back);
  assert.deepEqual(harness.sent(), [['s']]);
});

test('an ACK of endpoints from before they were asked for again warms nothing', () => {
  const harness = running(c1, e1);
  harness.set(resource(urls.endpoints, 'c1/eds', { revision: 1 }));
  const before = harness.one();
  harness.request(urls.endpoints, { subscribe: ['c1/eds'] });
  harness.set(scope('s', { clusters: ['c1'] }));
  harness.ack(before);
  const after = harness.one();
  assert.deepEqual(summary(after), ['c1/eds']);
  harness.ack(after);
  assert.deepEqual(harness.sent(), [['s']]);
});

test('what a reconnecting client has is ready', () => {
  const harness = new Harness([c1, e1, scope('s', { clusters: ['c1'], revision: 1 })]);
  harness.request(urls.cluster, { initialVersions: versions([c1]) });
  harness.request(urls.endpoints, { subscribe: [e1.name], initialVersions: versions([e1]) });
  harness.request(urls.scope, { initialVersions: versions([scope('s', { clusters: ['c1'] })]) });
  assert.deepEqual(harness.drain(), [[], ['s']]);
});

test('clusters of a reconnecting client stay while it may have scopes that name them', () => {
  const harness = new Harness([scope('s', { revision: 1 })]);
  harness.request(urls.cluster, { initialVersions: versions([c1]) });
  assert.deepEqual(harness.drain(), [], 'its scopes are not known yet');
  harness.request(urls.scope, { initialVersions: versions([scope('s', { clusters: ['c1'] })]) });
  assert.deepEqual(harness.drain(), [['s'], ['-c1']]);
});

test('clusters of a reconnecting client that asks for scopes and has none go at once', () => {
  const harness = new Harness();
  harness.request(urls.cluster, { initialVersions: versions([c1]) });
  assert.deepEqual(harness.drain(), []);
  harness.request(urls.scope);
  assert.deepEqual(harness.sent(), [['-c1'], []]);
});

test('clusters of a reconnecting client that has no scopes go when it had time to ask for them', () => {
  const harness = new Harness();
  harness.request(urls.cluster, { initialVersions: versions([c1]) });
  assert.deepEqual(harness.drain(), []);
  assert.equal(harness.stream.deadline(), defaultLimits.patience);
  harness.now = defaultLimits.patience;
  assert.deepEqual(harness.drain(), [['-c1']]);
  assert.equal(harness.stream.deadline(), undefined);
});

const wild = resource(urls.extension, 'wild');

test('the extension follows the last scope that existed at the start', () => {
  const harness = new Harness([wild, ...['a', 'b', 'c', 'd', 'e'].map((name) => scope(name))]);
  harness.request(urls.extension, { subscribe: ['wild'] });
  harness.request(urls.scope);
  const first = harness.one();
  harness.set(scope('late'));
  harness.ack(first);
  const second = harness.one();
  assert.deepEqual(summary(second), ['e', 'late']);
  harness.remove(scope('e'));
  harness.set(scope('late', { revision: 1 }));
  assert.deepEqual(harness.sent(), []);
  harness.ack(second);
  assert.deepEqual(harness.sent(), [['late'], ['wild']]);
});

test('the extension waits for a waiting scope and not for one that is refused or gone', () => {
  const harness = new Harness([wild, unwarmed('c'), scope('a', { clusters: ['c'] }), scope('bad')]);
  harness.request(urls.cluster);
  harness.request(urls.scope);
  harness.request(urls.extension, { subscribe: ['wild'] });
  const [, bad] = harness.take();
  harness.nack(bad!);
  assert.deepEqual(harness.sent(), []);
  harness.remove(scope('a'));
  assert.deepEqual(harness.sent(), [['wild']]);
});

test('the extension does not wait for ever for a client that never asks for scopes', () => {
  const harness = new Harness([wild]);
  harness.request(urls.extension, { subscribe: ['wild'] });
  assert.deepEqual(harness.sent(), []);
  harness.now = harness.stream.deadline() ?? 0;
  assert.deepEqual(harness.sent(), [['wild']]);
});

test('an empty table of scopes opens the listeners', () => {
  const harness = new Harness([wild]);
  harness.request(urls.scope);
  harness.request(urls.extension, { subscribe: ['wild'] });
  assert.deepEqual(harness.sent(), [[], ['wild']]);
});

test('so does one that is asked for after the extension', () => {
  const harness = new Harness([wild]);
  harness.request(urls.extension, { subscribe: ['wild'] });
  assert.deepEqual(harness.sent(), []);
  harness.request(urls.scope);
  assert.deepEqual(harness.sent(), [[], ['wild']]);
});
