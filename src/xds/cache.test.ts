import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache } from './cache.ts';
import type { Resource } from './resource.ts';
import { scope, urls } from './testing/content.ts';

const v1 = scope('a', { revision: 1 });
const v2 = scope('a', { revision: 2 });
const v3 = scope('a', { revision: 3 });

/** A cache, and what its listeners were told since the last look. */
function watched() {
  const cache = createCache();
  let told: string[] = [];
  cache.subscribe({
    changed: (touched) => told.push(`changed ${[...touched.values()].flatMap((names) => [...names])}`),
    accepted: (resource, previous) => told.push(`accepted ${revision(resource)} after ${revision(previous)}`),
    rejected: (resource, reason) => told.push(`rejected ${revision(resource)}: ${reason}`),
  });
  const heard = () => {
    const all = told;
    told = [];
    return all;
  };
  return { cache, heard };
}

const revision = (resource: Resource | undefined) => [undefined, v1, v2, v3].indexOf(resource);
const set = (...resources: readonly Resource[]) => ({ set: resources, remove: [] });
const newest = (cache: ReturnType<typeof createCache>) => revision(cache.get(urls.scope, 'a'));

test('the first apply opens the cache and tells, even if it brings nothing', () => {
  const { cache, heard } = watched();
  assert.equal(cache.open, false);
  cache.apply(set());
  assert.equal(cache.open, true);
  assert.deepEqual(heard(), ['changed ']);
  cache.apply(set());
  assert.deepEqual(heard(), []);
});

test('equal versions and removals of nothing are no change', () => {
  const { cache, heard } = watched();
  cache.apply(set(v1));
  assert.deepEqual(heard(), ['changed a']);
  cache.apply(set(scope('a', { revision: 1 })));
  cache.apply({ set: [], remove: [{ type: urls.scope, name: 'b' }] });
  assert.deepEqual(heard(), []);
  cache.apply({ set: [], remove: [v1] });
  assert.deepEqual(heard(), ['changed a']);
  assert.equal(cache.get(urls.scope, 'a'), undefined);
});

test('a refused version gives way to the last accepted one until a new version comes', () => {
  const { cache, heard } = watched();
  cache.apply(set(v1));
  cache.accepted(v1);
  cache.apply(set(v2));
  heard();
  cache.rejected(v2, 'no');
  assert.deepEqual(heard(), ['rejected 2: no', 'changed a']);
  assert.equal(newest(cache), 1);
  assert.deepEqual(cache.rejection(urls.scope, 'a'), { resource: v2, reason: 'no', lastGood: v1 });
  cache.rejected(v2, 'no');
  cache.apply(set(scope('a', { revision: 2 })));
  assert.deepEqual(heard(), [], 'the same again changes nothing');
  cache.apply(set(v3));
  assert.deepEqual(heard(), ['rejected 3: undefined', 'changed a']);
  assert.equal(newest(cache), 3);
  assert.equal(cache.rejections.size, 0);
});

test('refused and never accepted: it exists and is not served', () => {
  const { cache } = watched();
  cache.apply(set(v1));
  cache.rejected(v1, 'no');
  assert.equal(cache.get(urls.scope, 'a'), undefined);
  assert.deepEqual([...cache.names(urls.scope)], ['a']);
});

test('a refusal of a version that is no longer the newest is void', () => {
  const { cache } = watched();
  cache.apply(set(v1));
  cache.apply(set(v2));
  cache.rejected(v1, 'no');
  assert.equal(cache.rejections.size, 0);
});

test('removal lifts a refusal', () => {
  const { cache, heard } = watched();
  cache.apply(set(v1));
  cache.rejected(v1, 'no');
  heard();
  cache.apply({ set: [], remove: [v1] });
  assert.deepEqual(heard(), ['rejected 1: undefined', 'changed a']);
});

test('acceptance is told once per content, with what it replaces', () => {
  const { cache, heard } = watched();
  cache.apply(set(v1));
  heard();
  cache.accepted(v1);
  cache.accepted(scope('a', { revision: 1 }));
  assert.deepEqual(heard(), ['accepted 1 after 0']);
  cache.apply(set(v2));
  cache.accepted(v2);
  assert.deepEqual(heard(), ['changed a', 'accepted 2 after 1']);
});

test('a slow client that accepts an old version takes nothing back', () => {
  const { cache, heard } = watched();
  for (const version of [v1, v2, v3]) cache.apply(set(version));
  cache.accepted(v2);
  heard();
  cache.accepted(v1);
  assert.deepEqual(heard(), []);
  cache.rejected(v3, 'no');
  assert.equal(newest(cache), 2);
});

test('an old version accepted after a refusal is served at once', () => {
  const { cache, heard } = watched();
  cache.apply(set(v1));
  cache.apply(set(v2));
  cache.rejected(v2, 'no');
  heard();
  cache.accepted(v1);
  assert.deepEqual(heard(), ['accepted 1 after 0', 'changed a']);
  assert.equal(newest(cache), 1);
});

test('what one client accepts and another refuses stays for those who accept it', () => {
  const { cache } = watched();
  cache.apply(set(v1));
  cache.accepted(v1);
  cache.rejected(v1, 'no');
  assert.equal(newest(cache), 1);
  assert.equal(cache.rejection(urls.scope, 'a')?.reason, 'no');
});
