import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSubscription, type Interest } from './subscription.ts';
import { deltaRequest } from './testing/harness.ts';

const sub = (...subscribe: readonly string[]) => deltaRequest('t/T', { subscribe });
const unsub = (...unsubscribe: readonly string[]) => deltaRequest('t/T', { unsubscribe });
const same: Interest = { asked: [], dropped: [], wildcard: 'same' };

/** Requests, what the last of them changes, and what is wanted after it of a and b. */
const cases = [
  {
    title: 'an empty first request asks for all',
    requests: [sub()],
    last: { ...same, wildcard: 'began' },
    wants: 'ab',
  },
  { title: 'so does a star', requests: [sub('*')], last: { ...same, wildcard: 'began' }, wants: 'ab' },
  { title: 'a later empty request is none', requests: [sub('a'), sub()], last: same, wants: 'a' },
  { title: 'a name is asked', requests: [sub('a')], last: { ...same, asked: ['a'] }, wants: 'a' },
  { title: 'asked again', requests: [sub('a'), sub('a')], last: { ...same, asked: ['a'] }, wants: 'a' },
  {
    title: 'a legacy wildcard stays beside names',
    requests: [sub(), sub('a')],
    last: { ...same, asked: ['a'] },
    wants: 'ab',
  },
  {
    title: 'a star beside names',
    requests: [sub('a'), sub('*')],
    last: { ...same, wildcard: 'began' },
    wants: 'ab',
  },
  {
    title: 'a star ends a legacy wildcard',
    requests: [sub(), unsub('*')],
    last: { ...same, wildcard: 'ended' },
    wants: '',
  },
  {
    title: 'names stay when the star goes',
    requests: [sub('*', 'a'), unsub('*')],
    last: { ...same, wildcard: 'ended' },
    wants: 'a',
  },
  {
    title: 'a name goes',
    requests: [sub('a', 'b'), unsub('a')],
    last: { ...same, dropped: ['a'] },
    wants: 'b',
  },
  { title: 'an unknown name goes unnoticed', requests: [sub('b'), unsub('a')], last: same, wants: 'b' },
  {
    title: 'a name that a wildcard covers is answered when it goes',
    requests: [sub('*', 'a'), unsub('a')],
    last: { ...same, asked: ['a'] },
    wants: 'ab',
  },
  {
    title: 'gone and back in one request',
    requests: [sub('a'), deltaRequest('t/T', { subscribe: ['a'], unsubscribe: ['a'] })],
    last: { ...same, asked: ['a'] },
    wants: 'a',
  },
] as const;

for (const { title, requests, last, wants } of cases) {
  test(title, () => {
    const subscription = createSubscription({ wildcard: true });
    const interests = requests.map((request) => subscription.apply(request));
    assert.deepEqual(interests.at(-1), last);
    assert.equal(['a', 'b'].filter(subscription.wants).join(''), wants);
  });
}

test('a type that nobody may have as a whole takes the star for a name', () => {
  const subscription = createSubscription({ wildcard: false });
  assert.deepEqual(subscription.apply(sub()), same);
  assert.deepEqual(subscription.apply(sub('*')), { ...same, asked: ['*'] });
  assert.equal(subscription.wants('a'), false);
});
