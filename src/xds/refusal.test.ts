// What follows when a client refuses: halves until the culprits are known, everything else served.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeltaResponse } from './message.ts';
import { contentOf, resource, scope, testTypes, urls } from './testing/content.ts';
import { Harness, summary, versions } from './testing/harness.ts';

/** A client of scopes only, which has what the cache holds. */
function running(...names: readonly string[]): Harness {
  const harness = new Harness(names.map((name) => scope(name)));
  harness.request(urls.scope);
  harness.drain();
  return harness;
}

const bad = (name: string) => scope(name, { bad: true });
const good = (name: string) => scope(name, { revision: 1 });
const isBad = (response: DeltaResponse) =>
  response.resources.some(({ bytes }) => contentOf(bytes).bad === true);
const generations = (response: DeltaResponse) =>
  response.resources.map(({ bytes }) => contentOf(bytes).generation);

/** Answers as Envoy does until nothing comes. Answers how many responses came. */
function converge(harness: Harness): number {
  let count = 0;
  for (let responses = harness.take(); responses.length > 0; responses = harness.take()) {
    for (const response of responses) {
      count += 1;
      if (isBad(response)) harness.nack(response, `${summary(response)} is bad`);
      else harness.ack(response);
    }
  }
  return count;
}

const culprits = (harness: Harness) =>
  [...harness.cache.rejections.values()].map(({ resource }) => resource.name);

test('a refused response is halved until the culprit is alone; the others are served', () => {
  const harness = running('a', 'b', 'c', 'd');
  harness.set(good('a'), good('b'), bad('c'), good('d'));
  harness.nack(harness.one());
  const left = harness.one();
  assert.deepEqual(summary(left), ['a', 'b']);
  harness.ack(left);
  const right = harness.one();
  assert.deepEqual(summary(right), ['c', 'd']);
  harness.nack(right);
  const culprit = harness.one();
  assert.deepEqual(summary(culprit), ['c']);
  harness.nack(culprit, 'this is why');
  assert.deepEqual(harness.drain(), [['d']]);
  assert.deepEqual(culprits(harness), ['c']);
  assert.equal([...harness.cache.rejections.values()][0]?.reason, 'this is why');
  assert.deepEqual(harness.cache.get(urls.scope, 'c'), scope('c'));
});

test('each retry has a generation that was not there before, and the version of the content', () => {
  const harness = running('a', 'b');
  harness.set(good('a'), bad('b'));
  const first = harness.one();
  assert.deepEqual(generations(first), [undefined, undefined]);
  harness.nack(first);
  const second = harness.one();
  assert.deepEqual(
    second.resources.map(({ version }) => version),
    [good('a').version],
  );
  harness.nack(second, 'though it is good');
  const third = harness.one();
  harness.nack(third);
  harness.set(scope('a', { revision: 2 }), scope('b', { revision: 2 }));
  const fourth = harness.one();
  const seen = [second, third, fourth].map((response) => generations(response)[0]);
  assert.equal(new Set(seen).size, 3);
  assert.ok(seen.every((generation) => generation?.startsWith('g.')));
  harness.ack(fourth);
  harness.set(scope('a', { revision: 3 }));
  assert.deepEqual(generations(harness.one()), [undefined], 'an ACK ends it');
});

test('a scope that left a refused response by a change is stamped all the same', () => {
  const harness = running('a', 'b');
  harness.set(good('a'), bad('b'));
  const refused = harness.one();
  harness.set(scope('a'));
  harness.nack(refused);
  assert.equal(converge(harness), 1, 'only the culprit: the client has the old content of the other');
  harness.set(good('a'));
  assert.notEqual(generations(harness.one())[0], undefined);
});

test('everything is stamped for a client that comes back', () => {
  const harness = new Harness([good('a')]);
  harness.request(urls.scope, { initialVersions: versions([scope('a')]) });
  const response = harness.one();
  assert.notEqual(generations(response)[0], undefined);
  harness.ack(response);
  harness.set(scope('a', { revision: 2 }));
  assert.notEqual(generations(harness.one())[0], undefined);
});

test('whatever type it comes back with', () => {
  const harness = new Harness([resource(urls.cluster, 'c'), scope('a')]);
  harness.request(urls.cluster, { initialVersions: versions([resource(urls.cluster, 'c')]) });
  harness.drain();
  harness.request(urls.scope);
  assert.notEqual(generations(harness.one())[0], undefined);
});

test('the last good version is not sent to the client that has it, but to those that do not', () => {
  const harness = running('a');
  harness.set(bad('a'));
  harness.nack(harness.one());
  assert.deepEqual(harness.drain(), []);
  const other = new Harness([], { cache: harness.cache });
  other.request(urls.scope);
  assert.deepEqual(
    other.one().resources.map(({ version }) => version),
    [scope('a').version],
  );
});

test('a new version lifts the refusal and is tried', () => {
  const harness = running('a');
  harness.set(bad('a'));
  converge(harness);
  harness.set(good('a'));
  assert.deepEqual(harness.drain(), [['a']]);
  assert.deepEqual(culprits(harness), []);
});

test('a client keeps what it came with if no other version is known to be good', () => {
  const harness = new Harness([bad('a')]);
  harness.request(urls.scope, { initialVersions: versions([scope('a')]) });
  assert.equal(converge(harness), 1);
  assert.equal(harness.cache.get(urls.scope, 'a'), undefined);
  harness.remove(bad('a'));
  assert.deepEqual(harness.drain(), [['-a']]);
});

test('a version that comes back after its removal is tried again', () => {
  const harness = running();
  harness.set(bad('a'));
  converge(harness);
  harness.remove(bad('a'));
  converge(harness);
  harness.set(bad('a'));
  assert.equal(converge(harness), 1);
  assert.deepEqual(culprits(harness), ['a']);
});

test('what others accept is not sent again to a client that refuses it', () => {
  const harness = running('a');
  const other = new Harness([], { cache: harness.cache });
  other.request(urls.scope);
  other.drain();
  harness.set(good('a'));
  other.drain();
  harness.nack(harness.one());
  assert.deepEqual(harness.drain(), []);
  assert.deepEqual(harness.cache.get(urls.scope, 'a'), good('a'));
});

test('halves take the newest versions, and leave out what is gone', () => {
  const harness = running('a', 'b', 'c', 'd');
  harness.set(good('a'), good('b'), bad('c'), good('d'));
  const refused = harness.one();
  harness.set(scope('a', { revision: 2 }), good('c'));
  harness.remove(scope('b'));
  harness.nack(refused);
  const response = harness.one();
  assert.deepEqual(summary(response), ['a']);
  assert.equal(response.resources[0]?.version, scope('a', { revision: 2 }).version);
  harness.ack(response);
  assert.deepEqual(harness.drain(), [['c', 'd'], ['-b']]);
  assert.deepEqual(culprits(harness), []);
});

test('the rest of a half that lost its others is no culprit before it is refused alone', () => {
  const harness = running('a', 'b');
  harness.set(good('a'), bad('b'));
  const refused = harness.one();
  harness.remove(bad('b'));
  harness.nack(refused);
  assert.deepEqual(harness.drain(), [['a'], ['-b']]);
  assert.deepEqual(culprits(harness), []);
});

test('changes and removals of others go between the halves', () => {
  const harness = running('a', 'b', 'c', 'd', 'x', 'y');
  harness.set(good('a'), bad('b'), bad('c'), good('d'));
  const refused = harness.one();
  harness.set(good('x'));
  harness.remove(scope('y'));
  harness.nack(refused);
  const order: (readonly string[] | undefined)[] = [];
  for (let responses = harness.take(); responses.length > 0; responses = harness.take()) {
    for (const response of responses) {
      order.push(summary(response));
      if (isBad(response)) harness.nack(response);
      else harness.ack(response);
    }
  }
  assert.deepEqual(order, [['a', 'b'], ['x'], ['-y'], ['a'], ['b'], ['c', 'd'], ['c'], ['d']]);
});

test('a refused removal counts as done', () => {
  const harness = running('a');
  harness.remove(scope('a'));
  harness.nack(harness.one());
  assert.deepEqual(harness.drain(), []);
  harness.set(scope('a'));
  assert.deepEqual(harness.drain(), [['a']]);
});

test('a refusal of one type holds up no other', () => {
  const harness = new Harness([bad('a'), resource(urls.listener, 'l')]);
  harness.request(urls.scope);
  const refused = harness.one();
  harness.request(urls.listener);
  assert.deepEqual(harness.sent(), [['l']]);
  harness.nack(refused);
  harness.set(resource(urls.cluster, 'c'));
  harness.request(urls.cluster);
  assert.deepEqual(harness.sent(), [['c']]);
});

test('halves of clusters do not wait for each other', () => {
  const harness = new Harness([resource(urls.cluster, 'c1'), resource(urls.cluster, 'c2')]);
  harness.request(urls.cluster);
  const refused = harness.one();
  harness.nack(refused);
  assert.deepEqual(harness.sent(), [['c1'], ['c2']]);
});

test('who asked by name and can have nothing is told so', () => {
  const endpoints = resource(urls.endpoints, 'e');
  const harness = new Harness([endpoints]);
  harness.request(urls.endpoints, { subscribe: ['e'] });
  harness.nack(harness.one());
  assert.deepEqual(harness.drain(), [['-e']]);
  harness.request(urls.endpoints, { subscribe: ['e'] });
  assert.deepEqual(harness.drain(), [['-e']]);
});

test('what was asked for again is answered also when its first answer is refused', () => {
  const harness = new Harness([resource(urls.endpoints, 'e'), resource(urls.endpoints, 'f')]);
  harness.request(urls.endpoints, { subscribe: ['e', 'f'] });
  harness.drain();
  harness.request(urls.endpoints, { subscribe: ['e', 'f'] });
  harness.nack(harness.one());
  assert.deepEqual(harness.drain(), [['e'], ['f']]);
});

test('three culprits among a thousand cost few responses, and all others are served', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
  const wrong = new Set(['s3', 's500', 's501']);
  const types = testTypes.map((type) => ({ ...type, chunk: 500 }));
  const harness = new Harness(
    names.map((name) => (wrong.has(name) ? bad(name) : scope(name))),
    { types },
  );
  harness.request(urls.scope);
  const served: string[] = [];
  let count = 0;
  for (let responses = harness.take(); responses.length > 0; responses = harness.take()) {
    for (const response of responses) {
      count += 1;
      if (isBad(response)) {
        harness.nack(response);
      } else {
        harness.ack(response);
        served.push(...response.resources.map(({ name }) => name));
      }
    }
  }
  assert.deepEqual(new Set(culprits(harness)), wrong);
  assert.deepEqual(served.toSorted(), names.filter((name) => !wrong.has(name)).toSorted());
  assert.ok(count <= 53, `${count} responses`);
});

test('the observer sees what is sent, accepted and refused', () => {
  const seen: string[] = [];
  const harness = new Harness([scope('a'), bad('b')], {
    observer: {
      sent: (_type, names, bytes) => seen.push(`sent ${names} ${bytes > 0}`),
      acked: (_type, names) => seen.push(`acked ${names}`),
      rejected: (_type, names, reason) => seen.push(`rejected ${names}: ${reason}`),
    },
  });
  harness.request(urls.scope);
  converge(harness);
  assert.deepEqual(seen, [
    'sent a,b true',
    'rejected a,b: a,b is bad',
    'sent a true',
    'acked a',
    'sent b true',
    'rejected b: b is bad',
  ]);
});
