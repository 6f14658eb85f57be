import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { resources } from '../resources.ts';
import { apiError } from '../testing/fake-api.ts';
import { holdGets, opaque, type ReadingWorld, readingSecrets, tls } from '../testing/reading-secrets.ts';
import { failing, type ReflectorWorld, reflectorWorld } from '../testing/reflector-world.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function start(options: Parameters<typeof readingSecrets>[0] = {}): ReadingWorld {
  const started = readingSecrets(options);
  stops.push(started.stop);
  return started;
}

function worldWith(...names: readonly string[]): ReflectorWorld {
  const world = reflectorWorld();
  for (const name of names) world.api.apply(tls(name));
  return world;
}

describe('secrets: start', () => {
  test('of all Secrets of the type only those that objects name are delivered', async () => {
    const world = worldWith('a/wanted', 'a/other', 'b/wanted');
    world.api.apply(opaque('a/helm'));
    const { settle, mirror, api, state, gets } = start({ world, named: ['a/wanted'] });
    await settle();
    assert.deepEqual([...mirror.keys()], ['Secret a/wanted']);
    assert.equal(state.synced, 1);
    assert.equal(gets(), 0);
    const selectors = api.requests.map(({ options }) => options?.fieldSelector);
    assert.deepEqual(selectors, ['type=kubernetes.io/tls', 'type=kubernetes.io/tls']);
  });

  test('what is named and not in the list is asked for first: another type, or none', async () => {
    const world = worldWith();
    const other = world.api.apply(opaque('a/other-type'));
    const held = holdGets(world);
    const { settle, state, read, source } = start({ world, named: ['a/other-type', 'a/none', 'a/..', 'x'] });
    await settle();
    assert.equal(state.synced, 0);
    assert.match(source.waiting() ?? '', /getting 2 secrets/);
    held.release();
    await settle();
    assert.equal(state.synced, 1);
    assert.equal(source.waiting(), undefined);
    assert.deepEqual(
      [...read],
      [
        ['a/other-type', other],
        ['a/none', undefined],
        ['a/..', undefined],
        ['x', undefined],
      ],
    );
  });

  test('what is named while Secrets are fetched is waited for as well', async () => {
    const world = worldWith('a/late');
    const held = holdGets(world);
    const { settle, state, read } = start({ world, named: ['a/none'] });
    await settle();
    state.named = ['a/none', 'a/late'];
    held.release();
    await settle();
    assert.equal(state.synced, 1);
    assert.deepEqual(state.unknownAtSync, []);
    assert.notEqual(read.get('a/late'), 'unknown');
  });

  test('only watched namespaces are listed and asked; elsewhere there is none', async () => {
    const world = worldWith('a/s', 'b/s', 'c/s');
    const { settle, api, look, mirror } = start({ world, namespaces: ['a', 'b'], named: ['a/s', 'c/s'] });
    await settle();
    assert.deepEqual([...mirror.keys()], ['Secret a/s']);
    assert.equal(look('c/s'), undefined);
    await settle();
    const places = new Set(api.requests.map(({ operation, namespace }) => `${operation} ${namespace}`));
    assert.deepEqual([...places].sort(), ['list a', 'list b', 'watch a', 'watch b']);
  });

  test('what is asked before there is a source is answered by it', async () => {
    const world = worldWith('a/s');
    const early = start({ world });
    assert.equal(early.look('a/s'), 'unknown');
    await early.settle();
    assert.notEqual(early.read.get('a/s'), 'unknown');
  });

  for (const [name, fault] of [
    ['500', () => apiError(500)],
    ['406', () => apiError(406)],
    ['an answer that is cut', () => apiError(0)],
    ['503 with Retry-After', () => apiError(503, '', 1_000)],
    ['no answer in time', () => new Promise(() => {})],
  ] as const)
    test(`one that always fails (${name}) blocks nobody else, and is unknown until it answers`, async () => {
      const world = reflectorWorld();
      world.api.apply(opaque('a/x'));
      world.api.faults.push(({ operation }) => (operation === 'get' ? fault() : undefined));
      const { api, pass, state } = start({ named: ['a/x'], world });
      await pass(31_000, 100);
      assert.equal(state.synced, 1);
      assert.deepEqual(state.unknownAtSync, ['a/x']);
      api.faults.length = 0;
      await pass(31_000, 100);
      assert.ok(world.mirror.has('Secret a/x'));
    });

  test('one that failed and then comes by the watch leaves the others waited for', async () => {
    const world = worldWith();
    world.api.apply(opaque('a/slow'));
    const gate = Promise.withResolvers<void>();
    world.api.faults.push(({ operation, name }) => {
      if (operation !== 'get') return undefined;
      return name === 'bad' ? apiError(500) : gate.promise;
    });
    const { api, pass, settle, state } = start({ named: ['a/bad', 'a/slow'], world });
    await pass(10_000, 100);
    api.apply(tls('a/bad'));
    await settle();
    assert.equal(state.synced, 0);
    gate.resolve();
    await settle();
    assert.equal(state.synced, 1);
    assert.deepEqual(state.unknownAtSync, []);
  });

  test('refused lists block readiness', async () => {
    const world = worldWith('a/s');
    failing(world.api, 'list secrets', apiError(403));
    const { pass, state, source } = start({ world });
    await pass(20_000, 100);
    assert.equal(state.synced, 0);
    assert.equal(source.waiting(), 'secrets: answered 403');
  });
});

describe('secrets: later', () => {
  test('a new reference is fetched, unknown meanwhile, and followed from then on', async () => {
    const world = worldWith('a/s');
    const { settle, look, read, api, gets } = start({ world });
    await settle();
    assert.equal(look('a/s'), 'unknown');
    assert.equal(look('a/s'), 'unknown');
    await settle();
    assert.equal(gets(), 1);
    const renewed = api.apply(tls('a/s', 'renewed'));
    await settle();
    assert.deepEqual(read.get('a/s'), renewed);
    assert.equal(gets(), 1);
  });

  test('one that is missing stays missing without further questions, until it comes', async () => {
    const { settle, look, read, api, gets } = start();
    await settle();
    look('a/s');
    await settle();
    assert.ok(read.has('a/s'));
    assert.equal(read.get('a/s'), undefined);
    look('a/s');
    await settle();
    assert.equal(gets(), 1);
    const made = api.apply(tls('a/s'));
    await settle();
    assert.deepEqual(read.get('a/s'), made);
  });

  test('one that is deleted is missing at once, and comes back', async () => {
    const { settle, read, api, remove, gets } = start({ world: worldWith('a/s'), named: ['a/s'] });
    await settle();
    remove('a/s');
    await settle();
    assert.equal(read.get('a/s'), undefined);
    const again = api.apply(tls('a/s', 'again'));
    await settle();
    assert.deepEqual(read.get('a/s'), again);
    assert.equal(gets(), 0);
  });

  test('a certificate that came and went while the watch was away is found out', async () => {
    const { settle, pass, look, read, api, remove } = start();
    await settle();
    api.cut(apiError(404));
    await settle();
    api.apply(tls('a/s'));
    look('a/s');
    await settle();
    remove('a/s');
    const other = api.apply(opaque('a/s'));
    await pass(61_000, 500);
    assert.deepEqual(read.get('a/s'), other);
  });

  test('an answer that an event has overtaken is not trusted', async () => {
    const world = worldWith('a/s');
    const { settle, look, read, api, gets, batches } = start({ world });
    await settle();
    const gate = Promise.withResolvers<void>();
    const stale = world.api.objects(resources.secrets)[0];
    const get = api.get.bind(api);
    api.get = async (resource, name) => {
      const now = await get(resource, name);
      if (gets() > 1) return now;
      await gate.promise;
      return stale;
    };
    look('a/s');
    await settle();
    const renewed = api.apply(tls('a/s', 'renewed'));
    await settle();
    gate.resolve();
    await settle();
    assert.equal(gets(), 2);
    assert.deepEqual(read.get('a/s'), renewed);
    assert.ok(batches.flat().every(({ object }) => object !== stale));
  });

  test('one that nobody reads leaves the store, its changes mean nothing, and it can come back', async () => {
    const { pass, settle, unread, look, read, mirror, api, batches, gets } = start({
      world: worldWith('a/s', 'a/t'),
      named: ['a/s', 'a/t'],
    });
    await pass(59_000, 500);
    unread('a/s');
    assert.equal(mirror.size, 2);
    await pass(1_100, 100);
    assert.deepEqual([...mirror.keys()], ['Secret a/t']);
    assert.equal(gets(), 0);
    batches.length = 0;
    const changed = api.apply(tls('a/s', 'changed'));
    await settle();
    assert.deepEqual(batches, []);
    assert.equal(look('a/s'), 'unknown');
    await settle();
    assert.deepEqual(read.get('a/s'), changed);
  });

  test('a reference that goes and comes back while its Secret is fetched', async () => {
    const world = worldWith('a/s');
    const { pass, settle, look, unread, read, gets } = start({ world });
    await pass(59_000, 500);
    const held = holdGets(world);
    look('a/s');
    await settle();
    unread('a/s');
    await pass(1_100, 100);
    assert.equal(look('a/s'), 'unknown');
    held.release();
    await settle();
    assert.notEqual(read.get('a/s'), 'unknown');
    assert.equal(gets(), 2);
  });

  test('one of another type has a watch of its own, through its deletion and as long as it is read', async () => {
    const world = reflectorWorld();
    world.api.apply(opaque('a/ca'));
    const { pass, settle, api, read, remove, unread, gets } = start({ world, named: ['a/ca'] });
    await settle();
    assert.equal(api.watching, 2);
    const renewed = api.apply(opaque('a/ca', 'renewed'));
    await settle();
    assert.deepEqual(read.get('a/ca'), renewed);
    remove('a/ca');
    await settle();
    assert.equal(read.get('a/ca'), undefined);
    const again = api.apply(opaque('a/ca', 'again'));
    await settle();
    assert.deepEqual(read.get('a/ca'), again);
    assert.equal(gets(), 1);
    unread('a/ca');
    await pass(61_000, 500);
    assert.equal(api.watching, 1);
  });

  test('so many watches at most; the others are asked for again now and then', async () => {
    const world = reflectorWorld();
    const names = Array.from({ length: 70 }, (_, index) => `a/ca${index}`);
    for (const name of names) world.api.apply(opaque(name));
    const { pass, settle, api, read } = start({ world, named: names });
    await settle();
    assert.equal(api.watching, 65);
    const renewed = names.map((name) => api.apply(opaque(name, 'renewed')));
    await settle();
    const seen = () => names.filter((name, index) => read.get(name) === renewed[index]).length;
    assert.equal(seen(), 64);
    await pass(61_000, 500);
    assert.equal(seen(), 70);
  });

  test('one that was missing is asked for again now and then', async () => {
    const world = reflectorWorld();
    const { pass, api, read } = start({ world, named: ['a/none'] });
    await pass(100);
    const made = api.apply(opaque('a/none'));
    await pass(61_000, 500);
    assert.deepEqual([...read], [['a/none', made]]);
  });

  test('a name that means another path is never asked for', async () => {
    const { settle, look, gets } = start();
    await settle();
    for (const where of [
      '../x',
      'a/..',
      'a/.',
      'A/x',
      'a/x?y',
      'a/x%2fy',
      `a/${'n'.repeat(254)}`,
      '/x',
      'a/',
    ])
      assert.equal(look(where), undefined, where);
    await settle();
    assert.equal(gets(), 0);
  });
});
