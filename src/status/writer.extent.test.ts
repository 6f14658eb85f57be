// From where an object is reached changes with other users' objects: how often that costs a write, and when.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Verdict } from '../dag/model.ts';
import { resources } from '../kube/resources.ts';
import { eventually } from '../testing/deadline.ts';
import { failure } from './testing/fake-api.ts';
import { createWorld, reached, settled, verdict, type World } from './testing/world.ts';

const id = 'shop/cart';
const signal = new AbortController().signal;
const count = (world: World, one = id) => world.api.status(one)?.reachedFromCount;

/** Reached from the first of so many hosts. */
const from = (hosts: number, more: Partial<Verdict> = {}): Partial<Verdict> => ({
  reachedFrom: reached(...Array.from({ length: Math.min(hosts, 20) }, (_, index) => `h${index}.com`)),
  reachedFromCount: hosts,
  ...more,
});

/** A world whose object has our status, written more than a second ago; nothing was counted yet. */
async function written(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = createWorld(options);
  world.apply(id);
  world.judge(verdict(id, 1));
  await settled();
  world.clock.advance(1_000);
  world.api.calls.length = 0;
  return world;
}

async function pass(world: World, ms: number): Promise<void> {
  await settled();
  world.clock.advance(ms);
  await settled();
}

describe('where an object is reached from', () => {
  test('is written with its first status, and removed when it is an orphan', async () => {
    const world = createWorld();
    world.apply(id);
    world.judge(verdict(id, 1, 'valid', from(1)));
    await settled();
    assert.deepEqual(world.api.status(id)?.reachedFrom, reached('h0.com'));
    world.judge(verdict(id, 1, 'orphaned'));
    await settled();
    assert.equal(world.api.status(id)?.currentStatus, 'orphaned', 'at once');
    assert.ok(!('reachedFrom' in Object(world.api.status(id))));
    assert.ok(!('reachedFromCount' in Object(world.api.status(id))));
    assert.equal(world.api.status(id)?.problemsCount, 1);
  });

  test('10,000 changes in a second are one write and one after it, with the last of them', async () => {
    const world = await written();
    for (let hosts = 1; hosts <= 10_000; hosts++) {
      world.judge(verdict(id, 1, 'valid', from(hosts)));
      if (hosts % 1_000 === 0) await pass(world, 100);
    }
    assert.equal(world.api.count('patch'), 2);
    assert.equal(count(world), 10_000);
    await pass(world, 100_000);
    assert.equal(world.api.count('patch'), 2);
  });

  test('so are 10,000 changes of the number of problems', async () => {
    const world = await written();
    world.judge(verdict(id, 1, 'invalid', { problemsCount: 0 }));
    await settled();
    for (let problemsCount = 1; problemsCount <= 10_000; problemsCount++)
      world.judge(verdict(id, 1, 'invalid', { problemsCount }));
    await settled();
    assert.equal(world.api.count('patch'), 1);
    await pass(world, 1_000);
    assert.equal(world.api.count('patch'), 2);
    assert.equal(world.api.status(id)?.problemsCount, 10_000);
  });

  test('an edit in between is written at once, with the newest of it', async () => {
    const world = await written();
    for (const hosts of [1, 2, 3]) {
      world.judge(verdict(id, 1, 'valid', from(hosts)));
      await settled();
    }
    assert.equal(count(world), 1);
    world.apply(id, { edited: true });
    world.judge(verdict(id, 2, 'valid', from(4)));
    await settled();
    assert.deepEqual([count(world), world.api.status(id)?.observedGeneration], [4, 2]);
    assert.equal(world.api.count('patch'), 2);
    await pass(world, 100_000);
    assert.equal(world.api.count('patch'), 2);
  });

  test('a validity that turns in between is written at once, and counts for the next second', async () => {
    const world = await written();
    world.judge(verdict(id, 1, 'valid', from(1)));
    await settled();
    await pass(world, 900);
    world.judge(verdict(id, 1, 'valid', from(2)));
    world.judge(verdict(id, 1, 'invalid', from(2)));
    await settled();
    assert.deepEqual([count(world), world.api.status(id)?.currentStatus], [2, 'invalid']);
    world.judge(verdict(id, 1, 'invalid', from(3)));
    await pass(world, 999);
    assert.equal(count(world), 2);
    await pass(world, 1);
    assert.equal(count(world), 3);
    assert.equal(world.api.count('patch'), 3);
  });

  test('if it is soon what it was, nothing is written', async () => {
    const world = await written();
    world.judge(verdict(id, 1, 'valid', from(1)));
    await settled();
    world.judge(verdict(id, 1, 'valid', from(2)));
    await settled();
    world.judge(verdict(id, 1, 'valid', from(1)));
    await pass(world, 1_000);
    assert.equal(world.api.count('patch'), 1);
  });

  test('waits for the validity of others, also when a replica takes over', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `shop/r${index}`);
    const before = createWorld();
    for (const one of ids) before.apply(one);
    before.judge(...ids.map((one) => verdict(one, 1)));
    await eventually(() => assert.ok(ids.every((one) => before.api.status(one))));
    await before.end();
    before.api.calls.length = 0;
    const world = createWorld({ api: before.api, concurrency: 4, runs: false });
    for (const one of ids) world.observe('applied', before.api.objects.get(one));
    const isBroken = (one: string) => ids.indexOf(one) % 2 === 0;
    world.judge(...ids.map((one) => verdict(one, 1, isBroken(one) ? 'invalid' : 'valid', from(1))));
    void world.writer.run(signal);
    await eventually(() => assert.ok(ids.every((one) => count(world, one) === 1)));
    const patches = world.api.calls.filter(({ verb }) => verb === 'patch').map((call) => isBroken(call.id));
    assert.equal(patches.length, ids.length);
    // One of four may be the oldest of all.
    const early = patches.slice(0, 30).filter((broken) => !broken);
    assert.ok(early.length <= 10, `${early.length} of 30`);
  });

  test('is put right if somebody overwrote it, like all of ours', async () => {
    const world = await written();
    world.judge(verdict(id, 1, 'valid', from(1)));
    await settled();
    for (const status of [{ reachedFrom: null }, { reachedFromCount: 3 }, { reachedFrom: ['x'] }]) {
      const [namespace, name] = ['shop', 'cart'];
      const object = await world.api.patchStatus(
        resources.ingressRoutes,
        { namespace, name },
        { status },
        signal,
      );
      world.observe('applied', object);
      world.clock.advance(3_600_000);
      await settled();
      const { reachedFrom, reachedFromCount } = Object(world.api.status(id));
      assert.deepEqual({ reachedFrom, reachedFromCount }, from(1));
    }
  });

  test('a status that is wanted and waits is no repair, whatever echoes come first', async () => {
    const world = createWorld();
    world.apply(id);
    let hosts = 0;
    const judge = () => world.judge(verdict(id, 1, 'valid', from(++hosts)));
    // The watch is quicker than the answer, and there is always something new.
    world.api.changed = (object) => {
      judge();
      world.observe('applied', object);
    };
    judge();
    for (let seconds = 0; seconds < 10; seconds++) await pass(world, 1_000);
    assert.equal(world.api.count('patch'), 11, 'one a second');
    world.api.changed = () => {};
    await pass(world, 10_000);
    const named = { namespace: 'shop', name: 'cart' };
    const status = { currentStatus: 'invalid' };
    world.observe('applied', await world.api.patchStatus(resources.ingressRoutes, named, { status }, signal));
    await pass(world, 1_000);
    assert.equal(world.api.status(id)?.currentStatus, 'valid', 'after the first wait, not a longer one');
  });

  test('a write of it that fails is tried again, and the last state is written', async () => {
    const world = await written();
    world.api.fault = () => failure(500);
    world.judge(verdict(id, 1, 'valid', from(1)));
    await settled();
    world.judge(verdict(id, 1, 'valid', from(2)));
    world.api.fault = () => undefined;
    await pass(world, 100);
    assert.equal(count(world), 2);
    assert.equal(world.api.count('patch'), 2);
  });
});
