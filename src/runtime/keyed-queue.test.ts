import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { eventually } from '../testing/deadline.ts';
import { type ManualClock, manualClock } from '../testing/manual-clock.ts';
import {
  createKeyedQueue,
  type KeyedQueue,
  type KeyedQueueOptions,
  type Outcome,
  type Rank,
} from './keyed-queue.ts';

const done: Outcome = { kind: 'done' };

/** Promises are settled after a turn of the event loop. */
const settled = async () => {
  for (let i = 0; i < 3; i++) await turn();
};

/** Records what starts; work ends when the test says so, or at once if `answers` has an outcome for the key. */
class Workshop {
  readonly started: string[] = [];
  readonly running = new Map<string, (outcome: Outcome) => void>();
  readonly answers = new Map<string, Outcome>();
  readonly failures: (readonly [key: string, retryMs: number | undefined])[] = [];
  most = 0;

  readonly work = (key: string): Promise<Outcome> => {
    this.started.push(key);
    const answer = this.answers.get(key);
    if (answer) return Promise.resolve(answer);
    assert.ok(!this.running.has(key), `${key} runs twice at once`);
    return new Promise((resolve) => {
      this.running.set(key, resolve);
      this.most = Math.max(this.most, this.running.size);
    });
  };

  async end(key: string, outcome: Outcome = done): Promise<void> {
    const resolve = this.running.get(key);
    assert.ok(resolve, `${key} doesn't run`);
    this.running.delete(key);
    resolve(outcome);
    await settled();
  }
}

let workshop: Workshop;
let clock: ManualClock;
let lifetime: AbortController;
let ended: Promise<void>;

beforeEach(() => {
  workshop = new Workshop();
  clock = manualClock();
  lifetime = new AbortController();
});

function make(options: Partial<KeyedQueueOptions<string>> = {}): KeyedQueue<string> {
  return createKeyedQueue({
    name: 'work',
    work: workshop.work,
    workers: 1,
    clock,
    random: () => 0,
    failed: (key, _error, retryMs) => workshop.failures.push([key, retryMs]),
    ...options,
  });
}

function running(options: Partial<KeyedQueueOptions<string>> = {}): KeyedQueue<string> {
  const queue = make(options);
  ended = queue.run(lifetime.signal);
  return queue;
}

describe('keyed queue: order', () => {
  test('a free worker starts before add returns', () => {
    running().add('a', 'other');
    assert.deepEqual(workshop.started, ['a']);
  });

  test('no more keys run than there are workers', async () => {
    const queue = running({ workers: 3 });
    for (const key of 'abcde') queue.add(key, 'other');
    assert.deepEqual(workshop.started, ['a', 'b', 'c']);
    await workshop.end('b');
    assert.equal(workshop.started.length, 4);
    assert.equal(workshop.most, 3);
    assert.equal(queue.size, 4);
  });

  test('urgent keys are before others, and the newest first', async () => {
    const queue = running({ workers: 1 });
    queue.add('first', 'other');
    for (const key of ['o1', 'o2', 'o3']) queue.add(key, 'other');
    for (const key of ['u1', 'u2']) queue.add(key, 'urgent');
    await workshop.end('first');
    assert.deepEqual(workshop.started.slice(1), ['o1'], 'every second key of one worker is the oldest');
    await workshop.end('o1');
    await workshop.end('u2');
    await workshop.end('o2');
    await workshop.end('u1');
    await workshop.end('o3');
    assert.equal(queue.size, 0);
  });

  test('late keys are after all others, and one that is added in a higher rank has that', async () => {
    const queue = running({ workers: 3 });
    for (const key of ['r1', 'r2', 'r3', 'late', 'raised']) queue.add(key, 'late');
    queue.add('other', 'other');
    queue.add('raised', 'other');
    queue.add('raised', 'late');
    for (const key of ['r1', 'r2', 'r3']) {
      workshop.answers.set(key, done);
      await workshop.end(key);
    }
    assert.deepEqual(workshop.started.slice(3), ['raised', 'other', 'late']);
    assert.deepEqual(
      ['late', 'raised', 'r1'].map((key) => queue.has(key)),
      [true, true, false],
    );
  });

  test('work is told the rank, and may lower it', async () => {
    const ranks: string[] = [];
    const work = async (key: string, _signal: AbortSignal, rank: Rank): Promise<Outcome> => {
      ranks.push(`${key} ${rank}`);
      return rank === 'late' ? done : { kind: 'again', afterMs: 0, rank: 'late' };
    };
    const queue = make({ work });
    queue.add('a', 'urgent');
    queue.add('b', 'other');
    queue.add('c', 'late');
    ended = queue.run(lifetime.signal);
    await settled();
    assert.deepEqual(new Set(ranks), new Set(['a urgent', 'b other', 'a late', 'b late', 'c late']));
    assert.equal(queue.size, 0);
  });

  test('one of as many keys as there are workers is the oldest, so none starves under churn', async () => {
    const queue = running({ workers: 4 });
    for (const key of ['r1', 'r2', 'r3', 'r4', 'starving']) queue.add(key, 'other');
    for (let i = 0; i < 4; i++) {
      queue.add(`new ${i}`, 'urgent');
      const [one] = workshop.running.keys();
      assert.ok(one);
      await workshop.end(one);
    }
    assert.ok(workshop.started.includes('starving'));
  });

  test('adding a waiting key again runs it once, first of its rank', async () => {
    const queue = running({ workers: 1 });
    for (const key of ['a', 'old', 'b', 'c', 'b', 'a']) queue.add(key, 'other');
    queue.add('c', 'urgent');
    queue.add('c', 'other');
    await workshop.end('a');
    await workshop.end('old');
    await workshop.end('c');
    assert.deepEqual(workshop.started.slice(0, 4), ['a', 'old', 'c', 'b']);
  });

  test('a key that is added while it runs runs once more afterwards', async () => {
    const queue = running({ workers: 2 });
    queue.add('a', 'other');
    queue.add('a', 'other');
    queue.add('a', 'urgent');
    assert.deepEqual(workshop.started, ['a']);
    await workshop.end('a');
    assert.deepEqual(workshop.started, ['a', 'a']);
    await workshop.end('a');
    assert.deepEqual(workshop.started, ['a', 'a']);
    assert.equal(queue.size, 0);
  });

  test('work that never waits lets the event loop have its turns', async () => {
    const queue = make({ workers: 8, work: async () => done });
    for (let i = 0; i < 1_000; i++) queue.add(`k${i}`, 'other');
    ended = queue.run(lifetime.signal);
    await turn();
    assert.ok(queue.size > 500, `${queue.size} left after one turn`);
    await eventually(() => assert.equal(queue.size, 0));
  });
});

describe('keyed queue: outcomes', () => {
  const retry: Outcome = { kind: 'retry', error: new Error('no') };

  test('failures back off exponentially up to the most, and a success begins anew', async () => {
    const queue = running({ backOff: { firstMs: 100, mostMs: 300 } });
    workshop.answers.set('a', retry);
    queue.add('a', 'other');
    for (const ms of [100, 200, 300, 300]) {
      await settled();
      const before = workshop.started.length;
      clock.advance(ms - 1);
      await settled();
      assert.equal(workshop.started.length, before, `not before ${ms} ms`);
      clock.advance(1);
      assert.equal(workshop.started.length, before + 1);
    }
    workshop.answers.set('a', done);
    await settled();
    clock.advance(300);
    await settled();
    assert.equal(queue.size, 0);
    workshop.answers.set('a', retry);
    queue.add('a', 'other');
    await settled();
    assert.deepEqual(
      workshop.failures.map(([, ms]) => ms),
      [100, 200, 300, 300, 300, 100],
    );
  });

  test('a success begins anew also for a key that runs once more', async () => {
    const queue = running();
    workshop.answers.set('a', retry);
    queue.add('a', 'other');
    await settled();
    workshop.answers.clear();
    clock.advance(100);
    queue.add('a', 'other');
    await workshop.end('a');
    await workshop.end('a', retry);
    assert.deepEqual(workshop.failures, [
      ['a', 100],
      ['a', 100],
    ]);
  });

  test('jitter takes up to a half of a back-off away', async () => {
    const queue = running({ random: () => 0.5 });
    workshop.answers.set('a', retry);
    queue.add('a', 'other');
    await settled();
    assert.deepEqual(workshop.failures, [['a', 75]]);
  });

  test('a rejection is a failure; other keys go on', async () => {
    const queue = running({ work: (key) => (key === 'a' ? Promise.reject('no') : workshop.work(key)) });
    queue.add('a', 'other');
    queue.add('b', 'other');
    await settled();
    assert.deepEqual(workshop.failures, [['a', 100]]);
    assert.deepEqual(workshop.started, ['b']);
  });

  test('a retry with a time of its own waits so long and is no step of the back-off', async () => {
    const queue = running();
    workshop.answers.set('a', { ...retry, afterMs: 5_000 });
    queue.add('a', 'other');
    await settled();
    workshop.answers.set('a', retry);
    clock.advance(5_000);
    await settled();
    assert.deepEqual(workshop.failures, [
      ['a', 5_000],
      ['a', 100],
    ]);
  });

  test('adding a key that backs off does not end its back-off', async () => {
    const queue = running();
    workshop.answers.set('a', retry);
    queue.add('a', 'other');
    await settled();
    queue.add('a', 'urgent');
    await settled();
    assert.equal(workshop.started.length, 1);
    clock.advance(100);
    assert.equal(workshop.started.length, 2);
  });

  test('a key that is held runs again after its time, or at once if it is added', async () => {
    const queue = running();
    workshop.answers.set('a', { kind: 'again', afterMs: 250 });
    queue.add('a', 'other');
    await settled();
    clock.advance(250);
    assert.equal(workshop.started.length, 2);
    await settled();
    queue.add('a', 'other');
    assert.equal(workshop.started.length, 3);
    await settled();
    clock.advance(249);
    assert.equal(workshop.started.length, 3, 'the timer before is gone');
    assert.deepEqual(workshop.failures, []);
  });

  test('a late addition ends no wait, one in a higher rank does, and neither is lost', async () => {
    const queue = running();
    queue.add('a', 'late');
    queue.add('a', 'late');
    await workshop.end('a', { kind: 'again', afterMs: 250, rank: 'late' });
    queue.add('a', 'late');
    clock.advance(249);
    assert.deepEqual(workshop.started, ['a']);
    clock.advance(1);
    assert.deepEqual(workshop.started, ['a', 'a']);
    await workshop.end('a', { kind: 'again', afterMs: 250, rank: 'late' });
    queue.add('a', 'other');
    assert.deepEqual(workshop.started, ['a', 'a', 'a']);
    await workshop.end('a');
    assert.equal(queue.size, 0);
  });

  test('a key that is held while it was added runs at once', async () => {
    const queue = running();
    queue.add('a', 'other');
    queue.add('a', 'other');
    await workshop.end('a', { kind: 'again', afterMs: 250 });
    assert.deepEqual(workshop.started, ['a', 'a']);
  });

  test('a key that was given up waits until it is added again', async () => {
    const queue = running();
    workshop.answers.set('a', { kind: 'giveUp', error: 'no' });
    queue.add('a', 'other');
    await settled();
    clock.advance(1_000_000);
    assert.deepEqual(workshop.started, ['a']);
    assert.deepEqual(workshop.failures, [['a', undefined]]);
    assert.equal(queue.size, 0);
    queue.add('a', 'other');
    assert.deepEqual(workshop.started, ['a', 'a']);
  });

  test('a pause holds all keys; what runs goes on; the pause that ends last holds', async () => {
    const queue = running({ workers: 2 });
    queue.add('a', 'other');
    queue.pause(1_000);
    queue.pause(500);
    queue.add('b', 'urgent');
    await workshop.end('a');
    clock.advance(999);
    assert.deepEqual(workshop.started, ['a']);
    clock.advance(1);
    assert.deepEqual(workshop.started, ['a', 'b']);
    queue.pause(100);
    queue.pause(200);
    queue.add('c', 'urgent');
    clock.advance(100);
    assert.ok(!workshop.started.includes('c'));
    clock.advance(100);
    assert.ok(workshop.started.includes('c'));
  });
});

describe('keyed queue: lifetime', () => {
  test('keys wait until it runs', () => {
    const queue = make({ workers: 2 });
    queue.add('a', 'other');
    assert.deepEqual(workshop.started, []);
    ended = queue.run(lifetime.signal);
    assert.deepEqual(workshop.started, ['a']);
  });

  test('its end aborts what runs and waits for it; nothing is lost for the next run', async () => {
    const seen: string[] = [];
    const work = (key: string, signal: AbortSignal): Promise<Outcome> =>
      new Promise((_, reject) => {
        seen.push(key);
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      });
    const queue = running({ work, workers: 2 });
    for (const key of ['a', 'b', 'c']) queue.add(key, 'other');
    lifetime.abort();
    await ended;
    assert.deepEqual(seen, ['a', 'b']);
    assert.deepEqual(workshop.failures, []);
    assert.equal(queue.size, 3);
    queue.add('d', 'urgent');
    clock.advance(100_000);
    assert.deepEqual(seen, ['a', 'b']);
    const next = new AbortController();
    void queue.run(next.signal);
    assert.equal(seen.length, 4);
  });

  test('no timer outlives it, and what backed off waits for the next run', async () => {
    let timers = 0;
    const after: typeof clock.after = (ms, callback) => {
      timers++;
      const cancel = clock.after(ms, callback);
      return () => {
        timers--;
        cancel();
      };
    };
    const queue = running({ clock: { ...clock, after }, workers: 2 });
    workshop.answers.set('a', { kind: 'retry', error: 'no' });
    workshop.answers.set('b', { kind: 'again', afterMs: 1_000 });
    queue.add('a', 'other');
    queue.add('b', 'other');
    await settled();
    queue.pause(1_000);
    assert.equal(timers, 3);
    lifetime.abort();
    await ended;
    assert.equal(timers, 0);
    queue.pause(1_000);
    assert.equal(timers, 0);
    void queue.run(new AbortController().signal);
    assert.equal(workshop.started.length, 4);
  });

  test('a signal that is aborted already starts nothing', async () => {
    const queue = make();
    queue.add('a', 'other');
    await queue.run(AbortSignal.abort());
    assert.deepEqual(workshop.started, []);
  });

  test('how many keys there are is told', async () => {
    const sizes: number[] = [];
    const queue = running({ sized: (size) => sizes.push(size) });
    queue.add('a', 'other');
    queue.add('a', 'other');
    queue.add('b', 'other');
    await workshop.end('a');
    await workshop.end('b');
    await workshop.end('a');
    assert.deepEqual(sizes, [1, 2, 1, 0]);
  });
});
