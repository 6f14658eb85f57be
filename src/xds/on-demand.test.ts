// Names that clients make up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentOf, resource, secretLimit, urls } from './testing/content.ts';
import { Harness, versions } from './testing/harness.ts';

const secret = (name: string, revision = 0) => resource(urls.secret, name, { revision });

function asking(harness: Harness, ...subscribe: readonly string[]): readonly (readonly string[])[] {
  harness.request(urls.secret, { subscribe });
  return harness.drain();
}

test('a name is answered by its first candidate that exists, as asked', () => {
  const harness = new Harness([secret('a.com'), secret('*.com')]);
  harness.request(urls.secret, { subscribe: ['A.com', 'b.com', 'c.org'] });
  const response = harness.one();
  assert.deepEqual(
    response.resources.map(({ name, bytes, version }) => [name, contentOf(bytes).name, version]),
    [
      ['A.com', 'A.com', secret('a.com').version],
      ['b.com', 'b.com', secret('*.com').version],
    ],
  );
  harness.ack(response);
  assert.deepEqual(harness.drain(), [['-c.org']]);
});

test('a name answered as removed is no longer subscribed', () => {
  const harness = new Harness();
  assert.deepEqual(asking(harness, 'a.com'), [['-a.com']]);
  harness.set(secret('a.com'));
  assert.deepEqual(harness.drain(), []);
  assert.deepEqual(asking(harness, 'a.com'), [['a.com']]);
});

test('a name that the client itself wants stays subscribed, be it removed or refused', () => {
  const harness = new Harness();
  assert.deepEqual(asking(harness, 'own/a'), [['-own/a']]);
  harness.set(secret('own/a'));
  assert.deepEqual(harness.drain(), [['own/a']]);
  harness.remove(secret('own/a'));
  assert.deepEqual(harness.drain(), [['-own/a']]);
  harness.set(resource(urls.secret, 'own/a', { bad: true }));
  const response = harness.one();
  assert.deepEqual(response.resources.length, 1);
  harness.nack(response);
  assert.deepEqual(harness.drain(), [['-own/a']]);
  harness.set(secret('own/a', 1));
  assert.deepEqual(harness.drain(), [['own/a']]);
});

test('what is tried again has other bytes, under the name as asked', () => {
  const harness = new Harness([secret('a.com'), secret('b.com')]);
  harness.request(urls.secret, { subscribe: ['A.com', 'b.com'] });
  const both = harness.one();
  harness.nack(both);
  const [half] = harness.one().resources;
  assert.equal(half?.name, 'A.com');
  const { name, generation } = contentOf(half.bytes);
  assert.equal(name, 'A.com');
  assert.notEqual(generation, undefined);
});

test('a name that comes to be before it is answered is answered with it', () => {
  const harness = new Harness([secret('b.com')]);
  harness.request(urls.secret, { subscribe: ['b.com'] });
  const first = harness.one();
  harness.request(urls.secret, { subscribe: ['a.com'] });
  harness.set(secret('a.com'));
  harness.ack(first);
  assert.deepEqual(harness.drain(), [['a.com']]);
});

test('a change goes to every name that it answers', () => {
  const harness = new Harness([secret('*.a.com')]);
  asking(harness, 'x.a.com', 'y.a.com');
  harness.set(secret('*.a.com', 1));
  assert.deepEqual(harness.drain(), [['x.a.com', 'y.a.com']]);
  harness.remove(secret('*.a.com'));
  assert.deepEqual(harness.drain(), [['-x.a.com', '-y.a.com']]);
});

test('a better candidate takes over, and gives back', () => {
  const harness = new Harness([secret('*.a.com')]);
  asking(harness, 'x.a.com');
  harness.set(secret('x.a.com', 1));
  assert.deepEqual(harness.drain(), [['x.a.com']]);
  harness.remove(secret('x.a.com'));
  assert.deepEqual(harness.drain(), [['x.a.com']]);
});

test('a resource answers so many names; the oldest goes and works again', () => {
  const harness = new Harness([secret('*.a.com')]);
  const names = ['1', '2', '3'].map((label) => `${label}.a.com`);
  assert.equal(names.length, secretLimit);
  asking(harness, ...names);
  assert.deepEqual(asking(harness, '4.a.com'), [['4.a.com'], ['-1.a.com']]);
  assert.deepEqual(asking(harness, '1.a.com'), [['1.a.com'], ['-2.a.com']]);
  harness.set(secret('*.a.com', 1));
  assert.deepEqual(harness.drain(), [['3.a.com', '4.a.com', '1.a.com']]);
});

test('names over the limit in one request are answered too', () => {
  const harness = new Harness([secret('*.a.com')]);
  const names = ['1', '2', '3', '4', '5'].map((label) => `${label}.a.com`);
  const answers = asking(harness, ...names).flat();
  assert.deepEqual(answers.toSorted(), ['-1.a.com', '-2.a.com', '3.a.com', '4.a.com', '5.a.com']);
});

test('names that were unsubscribed make room', () => {
  const harness = new Harness([secret('*.a.com')]);
  asking(harness, '1.a.com', '2.a.com', '3.a.com');
  harness.request(urls.secret, { unsubscribe: ['1.a.com'] });
  assert.deepEqual(asking(harness, '4.a.com'), [['4.a.com']]);
});

test('a client that comes back with names is bounded and kept up to date', () => {
  const harness = new Harness([secret('*.a.com')]);
  const names = ['1', '2', '3', '4'].map((label) => `${label}.a.com`);
  harness.request(urls.secret, {
    subscribe: names,
    initialVersions: versions(names.map((name) => ({ ...secret('*.a.com'), name }))),
  });
  assert.deepEqual(harness.drain(), [['-1.a.com']]);
  harness.set(secret('*.a.com', 1));
  assert.deepEqual(harness.drain(), [['2.a.com', '3.a.com', '4.a.com']]);
});

test('a refused secret without a good version leaves nobody waiting', () => {
  const harness = new Harness([secret('a.com'), secret('*.com')]);
  harness.request(urls.secret, { subscribe: ['a.com'] });
  harness.nack(harness.one());
  assert.deepEqual(harness.drain(), [['-a.com']], 'not answered by a less specific one');
  assert.equal(harness.cache.rejection(urls.secret, 'a.com')?.resource.name, 'a.com');
});

test('a resource may have a limit of its own', () => {
  const harness = new Harness([secret('a.com')], {
    types: [
      {
        ...{ url: urls.secret, wildcard: false, chunk: 10, pipelined: false, removals: true },
        onDemand: {
          candidates: (asked) => [asked.toLowerCase()],
          rename: ({ bytes }) => bytes,
          limit: 10,
          limitOf: () => 1,
        },
      },
    ],
  });
  assert.deepEqual(asking(harness, 'a.COM', 'A.com').flat().toSorted(), ['-a.COM', 'A.com']);
});

test('other spellings never evict the name of the resource itself', () => {
  const harness = new Harness([secret('a.com')]);
  asking(harness, 'a.com');
  assert.deepEqual(asking(harness, 'A.com', 'a.Com', 'a.cOm'), [['A.com', 'a.Com', 'a.cOm']]);
  assert.deepEqual(asking(harness, 'a.coM'), [['a.coM'], ['-A.com']]);
  harness.set(secret('a.com', 1));
  assert.deepEqual(harness.drain(), [['a.com', 'a.Com', 'a.cOm', 'a.coM']]);
});
