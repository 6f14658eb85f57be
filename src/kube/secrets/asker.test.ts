import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
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

describe('secrets: requests that fail', () => {
  test('at most 16 at a time', async () => {
    const world = reflectorWorld();
    const held = holdGets(world);
    const { settle, look, read, gets } = start({ world });
    await settle();
    for (let i = 0; i < 100; i++) look(`a/s${i}`);
    await settle();
    assert.equal(gets(), 16);
    held.release();
    for (let i = 0; i < 20; i++) await settle();
    assert.equal(gets(), 100);
    assert.ok([...read.values()].every((one) => one === undefined));
  });

  test('a server in trouble gets no storm of them, and is back within 2 s', async () => {
    const world = reflectorWorld();
    const { pass, look, read, api, gets } = start({ world });
    await pass(100);
    failing(api, 'get secrets', apiError(0));
    for (let i = 0; i < 100; i++) look(`a/s${i}`);
    await pass(60_000, 50);
    assert.ok(gets() < 60 * 16, `${gets()} requests in a minute`);
    assert.ok([...read.values()].every((one) => one === 'unknown'));
    api.faults.length = 0;
    await pass(1_600);
    assert.ok([...read.values()].every((one) => one === undefined));
  });

  test("one Secret that cannot be read does not hold up another owner's", async () => {
    const world = worldWith('b/good');
    world.api.faults.push(({ operation, name }) =>
      operation === 'get' && name === 'bad' ? apiError(500) : undefined,
    );
    const { pass, settle, look, read } = start({ world });
    await settle();
    look('a/bad');
    await pass(20_000, 100);
    look('b/good');
    await settle();
    assert.notEqual(read.get('b/good'), 'unknown');
    assert.equal(read.get('a/bad'), 'unknown');
    world.api.faults.length = 0;
    await pass(1_600);
    assert.equal(read.get('a/bad'), undefined);
  });

  test('one that nobody reads any more is not asked for any more', async () => {
    const { pass, look, unread, api, gets } = start();
    await pass(100);
    failing(api, 'get secrets', apiError(500));
    look('a/bad');
    await pass(1_000);
    unread('a/bad');
    await pass(70_000, 500);
    const before = gets();
    await pass(60_000, 500);
    assert.equal(gets(), before);
  });

  for (const code of [0, 503])
    test(`one Secret alone that meets ${code || 'silence'} pauses nobody`, async () => {
      const world = worldWith('b/good');
      world.api.faults.push(({ name }) => (name === 'bad' ? apiError(code) : undefined));
      const { pass, settle, look, read } = start({ world });
      await settle();
      look('a/bad');
      await settle();
      look('b/good');
      await settle();
      assert.notEqual(read.get('b/good'), 'unknown');
      assert.equal(read.get('a/bad'), 'unknown');
      world.api.faults.length = 0;
      await pass(1_600);
      assert.equal(read.get('a/bad'), undefined);
    });

  for (const code of [429, 503])
    test(`${code} with Retry-After pauses all for so long`, async () => {
      const world = worldWith('b/good');
      world.api.faults.push(({ name }) => (name === 'bad' ? apiError(code, '', 3_000) : undefined));
      const { pass, settle, look, read } = start({ world });
      await settle();
      look('a/bad');
      await settle();
      look('b/good');
      await pass(2_900);
      assert.equal(read.get('b/good'), 'unknown');
      await pass(200);
      assert.notEqual(read.get('b/good'), 'unknown');
    });

  test('403 for one that the list has leaves it unknown, is told once, and is asked again', async () => {
    const world = worldWith('a/s', 'a/t');
    const { pass, look, read, lines, api } = start({ world });
    await pass(100);
    failing(api, 'get secrets', apiError(403));
    look('a/s');
    look('a/t');
    await pass(30_000, 100);
    assert.deepEqual([...read.values()], ['unknown', 'unknown']);
    assert.deepEqual(lines, [
      'warn: the fake answers 403; grant get, list and watch on secrets to our service account by a Role in namespace a',
    ]);
    api.faults.length = 0;
    await pass(10_000, 100);
    assert.ok([...read.values()].every((one) => typeof one === 'object'));
  });

  test('403 counts as missing, is told once per namespace, and is asked again', async () => {
    const world = reflectorWorld();
    for (const name of ['a/s', 'a/t']) world.api.apply(opaque(name));
    const { pass, look, read, lines, api } = start({ world });
    await pass(100);
    failing(api, 'get secrets', apiError(403));
    look('a/s');
    look('a/t');
    await pass(100);
    assert.deepEqual(
      [...read],
      [
        ['a/s', undefined],
        ['a/t', undefined],
      ],
    );
    assert.deepEqual(lines, [
      'warn: the fake answers 403; grant get, list and watch on secrets to our service account by a Role in namespace a',
    ]);
    api.faults.length = 0;
    await pass(61_000, 500);
    assert.ok([...read.values()].every((one) => typeof one === 'object'));
  });

  test('an answer that is another object counts as missing', async () => {
    const world = reflectorWorld();
    world.api.get = async () => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'b', name: 's' },
    });
    const { settle, look, read, mirror } = start({ world });
    await settle();
    look('a/s');
    await settle();
    assert.equal(read.get('a/s'), undefined);
    assert.equal(mirror.size, 0);
  });

  test('what the sink throws ends it; a stop does, too', async () => {
    const world = reflectorWorld();
    const stopped = start({ world });
    await stopped.settle();
    const held = holdGets(world);
    stopped.look('a/s');
    stopped.stop();
    await stopped.ended;
    held.release();
    assert.equal(stopped.read.get('a/s'), 'unknown');

    const broken = start({
      world: {
        ...reflectorWorld(),
        deliver() {
          throw new Error('a mistake of ours');
        },
      },
    });
    await broken.settle();
    broken.look('a/s');
    await assert.rejects(broken.ended, /a mistake of ours/);
  });
});
