import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Clock } from './clock.ts';
import { runAll } from './run-all.ts';
import type { Runnable } from './runnable.ts';

const never: Clock = { now: () => 0, date: () => new Date(0), after: () => () => {}, soon: () => {} };
const hasty: Clock = {
  ...never,
  after: (_, callback) => {
    queueMicrotask(callback);
    return () => {};
  },
};

describe('runAll', () => {
  let story: string[] = [];
  beforeEach(() => {
    story = [];
  });
  const log = {
    error: (text: string) => story.push(text),
    warn: (text: string) => story.push(text),
    debug: () => {},
  };

  const part = (name: string, end: (signal: AbortSignal) => Promise<void> = aborted): Runnable => ({
    name,
    async run(signal) {
      story.push(`${name} starts`);
      await end(signal);
      story.push(`${name} ends`);
    },
  });

  test('starts in order and ends in reverse, one after the other', async () => {
    const lifetime = new AbortController();
    const all = runAll([part('a'), part('b')], lifetime.signal, { clock: never, log });
    lifetime.abort();
    await all;
    assert.deepEqual(story, ['a starts', 'b starts', 'b ends', 'a ends']);
  });

  test('the first failure ends all and is what it rejects with', async () => {
    const failing = part('b', () => Promise.reject(new Error('broken')));
    await assert.rejects(runAll([part('a'), failing], new AbortController().signal, { clock: never, log }), {
      message: 'broken',
    });
    assert.deepEqual(story, ['a starts', 'b starts', 'a ends']);
  });

  test('a part that ends by itself ends all', async () => {
    await runAll([part('a'), part('b', async () => {})], new AbortController().signal, { clock: never, log });
    assert.deepEqual(story, ['a starts', 'b starts', 'b ends', 'a ends']);
  });

  test('a part that does not end is left behind', async () => {
    const lifetime = new AbortController();
    const stubborn = part('b', () => new Promise(() => {}));
    const all = runAll([part('a'), stubborn], lifetime.signal, { clock: hasty, log });
    lifetime.abort();
    await all;
    assert.ok(story.includes('b does not end; going on without it'));
  });
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
