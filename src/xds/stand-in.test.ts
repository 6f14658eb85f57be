// What stands in for a refused resource at a client that has nothing else of its name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Resource } from './resource.ts';
import { contentOf, resource, scope, urls } from './testing/content.ts';
import { Harness, versions } from './testing/harness.ts';

const standIn = scope('a', { revision: -1 });
const bad = (revision = 0): Resource => ({
  ...scope('a', { bad: true, revision }),
  standIn: () => standIn,
});

/** Answers as Envoy does until nothing comes. Answers the versions that were accepted. */
function converge(harness: Harness): readonly string[] {
  const accepted: string[] = [];
  for (let responses = harness.take(); responses.length > 0; responses = harness.take()) {
    for (const response of responses) {
      if (response.resources.some(({ bytes }) => contentOf(bytes).bad === true)) harness.nack(response);
      else {
        accepted.push(...response.resources.map(({ version }) => version));
        harness.ack(response);
      }
    }
  }
  return accepted;
}

/** A client that came to a refused scope, without anything of its own. */
function refusedAtFirst(): Harness {
  const harness = new Harness([bad()]);
  harness.request(urls.scope);
  assert.deepEqual(converge(harness), [standIn.version]);
  return harness;
}

test('a client without any version gets the stand-in, once', () => {
  const harness = refusedAtFirst();
  assert.deepEqual(harness.sent(), []);
  harness.set(bad(1));
  assert.deepEqual(converge(harness), [], 'refused again, the stand-in stays');
});

test('it is no good version: nobody else falls back to it', () => {
  const { cache } = refusedAtFirst();
  assert.equal(cache.get(urls.scope, 'a'), undefined);
  assert.equal(cache.rejection(urls.scope, 'a')?.lastGood, undefined);
});

test('a client that has a version of its own keeps it', () => {
  const { cache } = refusedAtFirst();
  const other = new Harness([], { cache });
  other.request(urls.scope, { initialVersions: versions([scope('a')]) });
  assert.deepEqual(converge(other), []);
});

test('a client that comes back with the stand-in keeps it', () => {
  const { cache } = refusedAtFirst();
  const again = new Harness([], { cache });
  again.request(urls.scope, { initialVersions: versions([standIn]) });
  assert.deepEqual(converge(again), []);
  assert.equal(cache.get(urls.scope, 'a'), undefined);
});

test('it yields to what is good and goes with the resource', () => {
  const harness = refusedAtFirst();
  harness.set(scope('a', { revision: 1 }));
  assert.deepEqual(converge(harness), [scope('a', { revision: 1 }).version]);
  const gone = refusedAtFirst();
  gone.remove(bad());
  assert.deepEqual(gone.drain(), [['-a']]);
});

test('a client that refuses what another accepts gets it too', () => {
  const odd: Resource = { ...scope('a'), standIn: () => standIn };
  const willing = new Harness([odd]);
  willing.request(urls.scope);
  willing.drain();
  const other = new Harness([], { cache: willing.cache });
  other.request(urls.scope);
  other.nack(other.one());
  assert.deepEqual(converge(other), [standIn.version]);
  assert.deepEqual(willing.drain(), []);
});

test('what refers to nothing holds nothing: clusters of the refused version can go', () => {
  const cluster = resource(urls.cluster, 'c1');
  const harness = new Harness([cluster, { ...bad(), requires: ['c1'] }]);
  harness.request(urls.cluster);
  harness.request(urls.scope);
  converge(harness);
  harness.set({ ...bad(1), requires: [] });
  harness.remove(cluster);
  assert.deepEqual(harness.sent().flat().sort(), ['-c1', 'a']);
});
