import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { Clock } from '../../runtime/clock.ts';
import { service } from '../../testing/manifests.ts';
import { PageTooLarge } from '../api.ts';
import { resources } from '../resources.ts';
import { apiError, type FakeApi } from '../testing/fake-api.ts';
import { follow } from '../testing/followed.ts';
import { failing, type ReflectorWorld, reflectorWorld, titleOf } from '../testing/reflector-world.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function start(...given: Parameters<typeof follow>) {
  const started = follow(...given);
  stops.push(started.stop);
  return started;
}

function worldWith(names: readonly string[]): ReflectorWorld {
  const world = reflectorWorld();
  for (const name of names) world.api.apply(service(name));
  return world;
}

const remove = (api: FakeApi, namespace: string, name: string) =>
  api.delete(resources.services, { namespace, name });

describe('reflector: a list', () => {
  test('asks for pages of 500 without a version, then watches from there with a time-out', async () => {
    const { api, settle, state } = start({ namespace: 'a', fieldSelector: 'x=y' }, worldWith(['b/s']));
    await settle();
    const [list, watch] = api.requests;
    assert.equal(list?.options?.limit, 500);
    assert.ok(!('resourceVersion' in (list?.options ?? {})));
    assert.equal(watch?.options?.resourceVersion, '1');
    assert.equal(watch?.options?.timeoutSeconds, 450);
    for (const request of [list, watch]) {
      assert.equal(request?.namespace, 'a');
      assert.equal(request?.options?.fieldSelector, 'x=y');
    }
    assert.equal(state.synced, 1);
  });

  test('is delivered page by page and synced after the last', async () => {
    const world = worldWith(['a/1', 'a/2', 'a/3', 'a/4', 'a/5']);
    world.api.pageSize = 2;
    const order: string[] = [];
    const { settle, seen } = start(
      {
        deliver: (events) => order.push(events.map(({ object }) => titleOf(object).slice(10)).join()),
        onSynced: () => order.push('synced'),
      },
      world,
    );
    await settle();
    assert.deepEqual(order, ['1,2', '3,4', '5', 'synced']);
    assert.deepEqual(seen, ['services: 5 listed']);
  });

  test('starts over when its continue token has expired, and misses nothing that went meanwhile', async () => {
    const world = worldWith(['a/1', 'a/2', 'a/3']);
    world.api.pageSize = 1;
    let pages = 0;
    world.api.faults.push(({ operation }) => {
      if (operation !== 'list' || ++pages !== 3) return undefined;
      remove(world.api, 'a', '1');
      world.api.compact();
      return undefined;
    });
    const { pass, mirror, state, seen } = start({}, world);
    await pass(200);
    assert.deepEqual([...mirror.keys()], ['Service a/2', 'Service a/3']);
    assert.equal(state.synced, 1);
    assert.deepEqual(seen, ['failed 410', 'services: 2 listed']);
  });

  test('skips what has no usable name or is of another kind, and counts it', async () => {
    const world = reflectorWorld();
    const good = world.api.apply(service('a/s'));
    const items = [
      {},
      { ...good, metadata: null },
      { ...good, metadata: { name: 's' } },
      { ...good, metadata: { namespace: 'a', name: 'x/y' } },
      { ...good, metadata: { namespace: 'a', name: 7 } },
      { ...good, metadata: { namespace: '', name: 's' } },
      { ...good, metadata: { namespace: 'a', name: 'n'.repeat(254) } },
      { ...good, kind: 'Secret' },
      { ...good, apiVersion: 'v2' },
    ];
    const api = {
      list: async () => ({ items: [...items, good], resourceVersion: '1', continueToken: undefined }),
      watch: world.api.watch.bind(world.api),
    };
    const { settle, mirror, seen } = start({ api }, world);
    await settle();
    assert.deepEqual([...mirror.values()], [good]);
    assert.equal(seen.filter((one) => one === 'malformed').length, items.length);
  });

  test('has fewer objects in each page from one that was too large on, each try with its own minute', async () => {
    const world = worldWith(['a/1', 'a/2', 'a/3']);
    world.api.pageSize = 1;
    const asked: unknown[] = [];
    world.api.faults.push(({ operation, options }) => {
      if (operation !== 'list') return undefined;
      asked.push(options?.limit);
      return asked.length === 2 || asked.length === 3 ? lateAndTooLarge(world.clock) : undefined;
    });
    const { pass, mirror, seen } = start({}, world);
    await pass(90_000, 100);
    assert.deepEqual(asked, [500, 500, 125, 32, 32]);
    assert.equal(mirror.size, 3);
    assert.deepEqual(seen, ['services: 3 listed']);
  });

  test('fails if one object alone is too large', async () => {
    const world = worldWith(['a/1']);
    failing(world.api, 'list services', new PageTooLarge('too large'), 6);
    const { pass, seen } = start({}, world);
    await pass(200);
    assert.deepEqual(seen, ['failed 0', 'services: 1 listed']);
    assert.deepEqual(
      world.api.requests.slice(0, 7).map(({ options }) => options?.limit),
      [500, 125, 32, 8, 2, 1, 500],
    );
  });

  test('ends when nothing answers, after a minute, and is tried again', async () => {
    const world = worldWith(['a/s']);
    const never = new Promise(() => {});
    let hangs = true;
    world.api.faults.push(() => (hangs ? never : undefined));
    const { pass, state, seen } = start({}, world);
    await pass(59_900, 100);
    assert.deepEqual(seen, []);
    hangs = false;
    await pass(300);
    assert.deepEqual(seen, ['failed 0', 'services: 1 listed']);
    assert.equal(state.synced, 1);
  });
});

describe('reflector: after a list', () => {
  test('events are delivered as they come', async () => {
    const { api, settle, mirror } = start({}, worldWith(['a/s']));
    await settle();
    const made = api.apply(service('a/t'));
    const changed = api.apply(service('a/s', { clusterIP: '10.0.0.1' }));
    await settle();
    assert.deepEqual([...mirror.values()], [changed, made]);
    remove(api, 'a', 's');
    await settle();
    assert.deepEqual([...mirror.values()], [made]);
  });

  test('a hostile event is skipped, and what follows is not lost', async () => {
    const { api, settle, mirror, seen } = start({}, worldWith([]));
    await settle();
    api.send({ type: 'MODIFIED', object: { metadata: {} }, resourceVersion: '' });
    api.send({ type: 'DELETED', object: {}, resourceVersion: '' });
    api.apply(service('a/s'));
    await settle();
    assert.deepEqual([...mirror.keys()], ['Service a/s']);
    assert.deepEqual(seen.slice(1), ['malformed', 'malformed']);
  });

  test('a version that is too old leads to a list; what is unchanged is not delivered again', async () => {
    const { api, pass, settle, batches, mirror, seen } = start({}, worldWith(['a/1', 'a/2', 'a/3']));
    await pass(5_000, 100);
    api.cut(apiError(410, 'Expired'));
    await settle();
    remove(api, 'a', '1');
    const changed = api.apply(service('a/2', { clusterIP: '10.0.0.1' }));
    api.compact();
    batches.length = 0;
    await pass(200);
    assert.deepEqual([...mirror.keys()], ['Service a/2', 'Service a/3']);
    assert.deepEqual(batches, [
      [{ type: 'applied', object: changed }],
      [
        {
          type: 'deleted',
          object: { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'a', name: '1' } },
        },
      ],
    ]);
    assert.deepEqual(seen, ['services: 3 listed', 'expired', 'failed 410', 'services: 2 listed']);
  });

  test('what is deleted in a gap is found, though the version was compacted away', async () => {
    const { api, pass, mirror, state } = start({}, worldWith(['a/1', 'a/2']));
    await pass(5_000, 100);
    api.cut(apiError(0));
    remove(api, 'a', '1');
    api.compact();
    await pass(500);
    assert.deepEqual([...mirror.keys()], ['Service a/2']);
    assert.equal(state.synced, 1);
  });

  test('a watch that was cut goes on from the last version that it saw, bookmarks included', async () => {
    const { api, pass, settle, mirror } = start({}, worldWith(['a/1']));
    await settle();
    api.apply(service('a/2'));
    await settle();
    api.cut(apiError(0));
    api.apply(service('a/3'));
    await pass(200);
    assert.equal(mirror.size, 3);
    api.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'a', name: 's' } });
    api.bookmark();
    await settle();
    api.cut();
    await pass(500);
    const versions = api.requests.flatMap(({ operation, options }) =>
      operation === 'watch' ? [options?.resourceVersion] : [],
    );
    assert.deepEqual(versions, ['1', '2', '4']);
  });

  test('what the sink throws ends it', async () => {
    const { ended } = start(
      {
        deliver() {
          throw new Error('a mistake of ours');
        },
      },
      worldWith(['a/s']),
    );
    await assert.rejects(ended, /a mistake of ours/);
  });

  test('stops at once, in a list, in a watch, in a wait and with an API that hangs', async () => {
    const cases = [
      worldWith(['a/s']),
      Object.assign(worldWith([]), { hangs: true }),
      Object.assign(worldWith([]), { fails: true }),
    ];
    for (const world of cases) {
      if ('hangs' in world) world.api.faults.push(() => new Promise(() => {}));
      if ('fails' in world) failing(world.api, 'list services', apiError(500));
      const { settle, stop, ended } = start({}, world);
      await settle();
      stop();
      await ended;
      assert.equal(world.api.watching, 0);
    }
  });
});

/** As when most of the page had come, slowly. */
const lateAndTooLarge = (clock: Clock): Promise<never> =>
  new Promise((_, reject) => clock.after(40_000, () => reject(new PageTooLarge('too large'))));
