// Who else writes our fields: a former replica at its end, another controller, a user.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resources } from '../kube/resources.ts';
import { createWorld, settled, verdict, type World } from './testing/world.ts';

const id = 'shop/cart';
const named = { namespace: 'shop', name: 'cart' };
const signal = new AbortController().signal;
const current = (world: World) => world.api.status(id)?.currentStatus;

/** A world whose object has our status. */
async function written(): Promise<World> {
  const world = createWorld();
  world.apply(id);
  world.judge(verdict(id, 1));
  await settled();
  return world;
}

/** Somebody else does it, and we see it. */
async function overwrite(world: World, status: object = { currentStatus: 'invalid' }): Promise<void> {
  const object = await world.api.patchStatus(resources.ingressRoutes, named, { status }, signal);
  world.observe('applied', object);
  await settled();
  world.api.calls.length = 0;
}

async function pass(world: World, ms: number): Promise<void> {
  world.clock.advance(ms);
  await settled();
}

describe('a status that somebody overwrote', () => {
  test('is put right after a second', async () => {
    const world = await written();
    await overwrite(world);
    await pass(world, 999);
    assert.equal(current(world), 'invalid');
    await pass(world, 1);
    assert.equal(current(world), 'valid');
  });

  test('or removed, too', async () => {
    const world = await written();
    const fields = Object.keys(world.api.status(id) ?? {});
    await overwrite(world, Object.fromEntries(fields.map((field) => [field, null])));
    assert.equal(current(world), undefined);
    await pass(world, 1_000);
    assert.equal(current(world), 'valid');
  });

  test('again and again costs a write in five minutes, until an hour of peace', async () => {
    const world = await written();
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]) {
      await overwrite(world);
      await pass(world, seconds * 1_000 - 1);
      assert.deepEqual([world.api.calls, current(world)], [[], 'invalid'], `${seconds} s`);
      await pass(world, 1);
      assert.equal(current(world), 'valid', `${seconds} s`);
    }
    await pass(world, 3_600_000);
    await overwrite(world);
    await pass(world, 1_000);
    assert.equal(current(world), 'valid');
  });

  test('is left alone if it was put right meanwhile, if nobody judged it, and when it is gone', async () => {
    const world = await written();
    const before = world.api.status(id);
    await overwrite(world);
    await overwrite(world, { ...before });
    await pass(world, 1_000);
    assert.deepEqual(world.api.calls, []);
    await overwrite(world);
    world.dismiss(id);
    await pass(world, 1_000);
    assert.deepEqual(world.api.calls, []);
    const unjudged = createWorld();
    unjudged.apply(id);
    await overwrite(unjudged);
    await pass(unjudged, 1_000);
    assert.deepEqual(unjudged.api.calls, []);
  });

  test('echoes of our own writes, late ones and those of another version before, are not it', async () => {
    const world = createWorld();
    const states: Parameters<World['observe']>[1][] = [];
    world.api.changed = (object) => states.push(object);
    world.apply(id);
    for (const one of ['invalid', 'orphaned', 'valid'] as const) {
      world.judge(verdict(id, 1, one));
      await settled();
    }
    world.api.calls.length = 0;
    for (const state of states) world.observe('applied', state);
    await settled();
    await pass(world, 1_000_000);
    assert.equal(states.length, 4);
    assert.deepEqual(
      world.api.calls.filter(({ verb }) => verb !== 'create'),
      [],
    );
  });

  test('an edit is answered at once, however often the status was repaired', async () => {
    const world = await written();
    for (const ms of [1_000, 2_000, 4_000]) {
      await overwrite(world);
      await pass(world, ms);
    }
    await overwrite(world);
    world.apply(id, { edited: true });
    world.judge(verdict(id, 2));
    await settled();
    assert.equal(world.api.status(id)?.observedGeneration, 2);
  });

  test('a replica that does not lead repairs nothing, and does not count it', async () => {
    const world = createWorld({ runs: false });
    world.apply(id);
    world.judge(verdict(id, 1));
    for (const currentStatus of ['valid', 'invalid', 'orphaned', 'invalid']) {
      await overwrite(world, { currentStatus });
      await pass(world, 300_000);
    }
    assert.deepEqual(world.api.calls, []);
    void world.writer.run(signal);
    await settled();
    assert.equal(current(world), 'valid');
    await overwrite(world);
    await pass(world, 1_000);
    assert.equal(current(world), 'valid');
  });
});
