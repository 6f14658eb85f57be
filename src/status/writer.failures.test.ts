// What goes wrong between the writer and the API server, and what becomes of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Call, failure } from './testing/fake-api.ts';
import { createWorld, settled, verdict, type World } from './testing/world.ts';

const id = 'shop/cart';
const isValid = (world: World, one = id) => world.api.status(one)?.currentStatus === 'valid';

/** Fails so many times, and those of some objects only if `ids` are given. */
function failing(times: number, error: Parameters<typeof failure>, ids?: readonly string[]) {
  let left = times;
  return (call: Call) => {
    if (ids && !ids.includes(call.id)) return undefined;
    return left-- > 0 ? failure(...error) : undefined;
  };
}

describe('conflicts', () => {
  test('an object that changed meanwhile is read again and written at once', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.apply(id, {}); // another version, which nobody has seen
    world.judge(verdict(id, 1));
    await settled();
    assert.ok(isValid(world));
    assert.deepEqual(
      world.api.calls.map(({ verb }) => verb),
      ['patch', 'get', 'patch'],
    );
    assert.deepEqual(world.told, ['conflict IngressRoute', 'written IngressRoute']);
  });

  test('if it was edited meanwhile, the verdict on the edit is waited for', async () => {
    const world = createWorld();
    world.apply(id);
    const edited = world.api.apply(id, { edited: true });
    world.judge(verdict(id, 1));
    await settled();
    assert.equal(world.api.count('patch'), 1);
    assert.equal(world.api.status(id), undefined);
    world.observe('applied', edited);
    world.judge(verdict(id, 2));
    await settled();
    assert.equal(world.api.status(id)?.observedGeneration, 2);
  });

  test('if it says so already, nothing is written', async () => {
    const world = createWorld();
    world.apply(id);
    const other = createWorld({ api: world.api });
    other.observe('applied', world.api.objects.get(id));
    other.judge(verdict(id, 1));
    await settled();
    world.judge(verdict(id, 1));
    await settled();
    assert.deepEqual(world.told, ['conflict IngressRoute', 'unchanged IngressRoute']);
  });

  test('another object of the same name is left to its events', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.delete(id);
    const next = world.api.apply(id, {});
    world.judge(verdict(id, 1));
    await settled();
    assert.equal(world.api.status(id), undefined);
    assert.equal(world.api.count('patch'), 1);
    world.observe('applied', next);
    world.judge(verdict(id, 1));
    await settled();
    assert.ok(isValid(world));
  });

  test('many in a row are a failure, which backs off', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.fault = ({ verb }) => (verb === 'patch' ? failure(409) : undefined);
    world.judge(verdict(id, 1));
    await settled();
    assert.equal(world.api.count('patch'), 6);
    world.api.fault = () => undefined;
    world.clock.advance(99);
    await settled();
    assert.ok(!isValid(world));
    world.clock.advance(1);
    await settled();
    assert.ok(isValid(world));
  });
});

describe('objects that are gone', () => {
  test('the verdict on an earlier object of the name is not written', async () => {
    const world = createWorld();
    world.apply(id);
    world.judge(verdict(id, 1, 'valid', { uid: 'of the earlier one' }));
    await settled();
    assert.deepEqual(world.api.calls, []);
  });

  test('a 404 that passes does not silence the object', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.fault = () => failure(404);
    world.judge(verdict(id, 1));
    await settled();
    world.api.fault = () => undefined;
    world.clock.advance(1_000_000);
    await settled();
    assert.ok(isValid(world));
  });

  test('404 is tried again until the watch says that the object is deleted, and nobody is bothered', async () => {
    const world = createWorld();
    world.apply(id);
    const seen = world.api.objects.get(id);
    world.api.delete(id);
    world.judge(verdict(id, 1));
    for (const ms of [100, 200]) {
      await settled();
      world.clock.advance(ms);
    }
    await settled();
    assert.equal(world.api.count('patch'), 3);
    world.observe('deleted', seen);
    world.clock.advance(1_000_000);
    await settled();
    assert.equal(world.api.count('patch'), 3);
    assert.deepEqual(world.warnings, []);
  });

  test('404 for an object that is there passes, or is a CRD without status subresource', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.fault = ({ verb }) => (verb === 'patch' ? failure(404) : undefined);
    world.judge(verdict(id, 1));
    await settled();
    assert.deepEqual(world.warnings, [], 'it may be one of several servers that is not up to date');
    for (let i = 0; i < 3; i++) {
      world.clock.advance(29_999);
      await settled();
      assert.equal(world.api.count('patch'), i + 1);
      world.clock.advance(1);
      await settled();
    }
    assert.equal(world.warnings.length, 1);
    assert.match(world.warnings.join(), /shop\/cart.*no status subresource; apply the one in crds\//);
    world.api.fault = () => undefined;
    world.clock.advance(30_000);
    await settled();
    assert.ok(isValid(world));
  });

  test('an answer about an object that was deleted meanwhile is not remembered', async () => {
    const world = createWorld();
    let release = () => {};
    world.api.gate = () => new Promise((resolve) => (release = resolve));
    world.apply(id);
    world.judge(verdict(id, 1));
    world.observe('deleted', world.api.objects.get(id));
    release();
    await settled();
    world.judge(verdict(id, 1, 'invalid'));
    await settled();
    assert.equal(world.api.count('patch'), 1);
  });
});

describe('refusals', () => {
  for (const code of [400, 413, 422]) {
    test(`${code} is final for the generation, logged and counted`, async () => {
      const world = createWorld();
      world.apply(id);
      world.api.fault = failing(1, [code]);
      world.judge(verdict(id, 1));
      await settled();
      world.judge(verdict(id, 1, 'invalid'));
      world.clock.advance(1_000_000);
      await settled();
      assert.equal(world.api.calls.length, 1);
      assert.deepEqual(world.told, [`failed IngressRoute ${code} true`]);
      assert.match(world.warnings.join(), /IngressRoute shop\/cart is not written.*until the object changes/);
      world.apply(id, { edited: true });
      world.judge(verdict(id, 2));
      await settled();
      assert.ok(isValid(world));
    });
  }

  test('a refusal is no longer final for another object of the same name and generation', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.fault = failing(1, [422]);
    world.judge(verdict(id, 1));
    await settled();
    world.api.delete(id);
    world.apply(id);
    world.judge(verdict(id, 1));
    await settled();
    assert.ok(isValid(world));
  });

  test('403 is logged once with its remedy, and tried again after half a minute', async () => {
    const world = createWorld();
    const ids = Array.from({ length: 100 }, (_, index) => `shop/r${index}`);
    for (const one of ids) world.apply(one);
    world.api.fault = () => failure(403);
    world.judge(...ids.map((one) => verdict(one, 1)));
    await settled();
    assert.equal(world.warnings.length, 1);
    assert.match(world.warnings.join(), /allow patch of ingressroutes\/status/);
    assert.ok(world.api.calls.length <= 10, `${world.api.calls.length} attempts in the denied namespace`);
    world.apply('elsewhere/cart');
    world.api.fault = ({ id: one }) => (one.startsWith('shop/') ? failure(403) : undefined);
    world.judge(verdict('elsewhere/cart', 1));
    await settled();
    assert.ok(isValid(world, 'elsewhere/cart'));
    world.api.fault = () => undefined;
    world.clock.advance(30_000);
    for (let i = 0; i < 20; i++) await settled();
    assert.ok(ids.every((one) => isValid(world, one)));
  });

  test('a webhook that denies one object does not hold the others of its namespace', async () => {
    const world = createWorld({ concurrency: 1 });
    world.api.fault = ({ id: one }) => (one === id ? failure(403) : undefined);
    world.apply(id);
    world.judge(verdict(id, 1));
    await settled();
    world.apply('shop/other');
    world.judge(verdict('shop/other', 1));
    await settled();
    assert.ok(isValid(world, 'shop/other'));
  });

  test('a namespace that was denied and is granted again has a clean slate', async () => {
    const world = createWorld({ concurrency: 1 });
    const ids = ['shop/a', 'shop/b', 'shop/c'];
    for (const one of [...ids, id, 'shop/other']) world.apply(one);
    world.api.fault = () => failure(403);
    world.judge(...ids.map((one) => verdict(one, 1)));
    await settled();
    world.api.fault = () => undefined;
    world.clock.advance(30_000);
    await settled();
    world.api.fault = failing(1, [403], [id]);
    world.judge(verdict(id, 1));
    await settled();
    world.judge(verdict('shop/other', 1));
    await settled();
    assert.ok(isValid(world, 'shop/other'));
  });
});

describe('trouble that passes', () => {
  const paused: readonly (readonly [name: string, error: Parameters<typeof failure>, ms: number])[] = [
    ['429 with Retry-After', [429, 3_000], 3_000],
    ['429 without', [429], 1_000],
    ['429 that asks for no time at all', [429, 0], 100],
    ['429 that asks for a day', [429, 86_400_000], 60_000],
    ['503 with Retry-After', [503, 2_000], 2_000],
    ['no answer', [0], 100],
    ['401', [401], 100],
  ];
  for (const [name, error, ms] of paused) {
    test(`${name} pauses all, for ${ms} ms`, async () => {
      const world = createWorld();
      world.apply(id);
      world.apply('shop/other');
      world.api.fault = failing(1, error);
      world.judge(verdict(id, 1));
      await settled();
      world.judge(verdict('shop/other', 1));
      world.clock.advance(ms - 1);
      await settled();
      assert.equal(world.api.calls.length, 1);
      world.clock.advance(1);
      await settled();
      assert.ok(isValid(world) && isValid(world, 'shop/other'));
      assert.deepEqual(world.told[0], `failed IngressRoute ${error[0]} false`);
    });
  }

  test('a server that does not answer is asked at most every second, and found within one', async () => {
    const world = createWorld({ concurrency: 1 });
    world.apply(id);
    world.api.fault = () => failure(0);
    world.judge(verdict(id, 1));
    for (let i = 0; i < 600; i++) {
      await settled();
      world.clock.advance(100);
    }
    const { length } = world.api.calls;
    assert.ok(length >= 58 && length <= 65, `${length} attempts in a minute`);
    world.api.fault = () => undefined;
    world.clock.advance(1_000);
    await settled();
    assert.ok(isValid(world));
    assert.ok(world.warnings.length < 25, `${world.warnings.length} lines of log`);
  });

  test('after an answer the pauses are short again', async () => {
    const world = createWorld({ concurrency: 1 });
    for (const one of [id, 'shop/other']) {
      world.apply(one);
      world.api.fault = failing(one === id ? 6 : 1, [0]);
      world.judge(verdict(one, 1));
      for (let i = 0; i < (one === id ? 6 : 0); i++) {
        await settled();
        world.clock.advance(1_000);
      }
      await settled();
      if (one === id) assert.ok(isValid(world));
    }
    world.clock.advance(100);
    await settled();
    assert.ok(isValid(world, 'shop/other'));
  });

  test('500 holds only its own object', async () => {
    const world = createWorld();
    world.apply(id);
    world.apply('shop/other');
    world.api.fault = failing(2, [500], [id]);
    world.judge(verdict(id, 1), verdict('shop/other', 1));
    await settled();
    assert.ok(isValid(world, 'shop/other') && !isValid(world));
    world.clock.advance(100);
    await settled();
    world.clock.advance(199);
    await settled();
    assert.ok(!isValid(world), 'the second time it waits longer');
    world.clock.advance(1);
    await settled();
    assert.ok(isValid(world));
  });

  test('a failure of reading again after a conflict is treated like any other', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.apply(id, {});
    world.api.fault = ({ verb }) => (verb === 'get' ? failure(429, 5_000) : undefined);
    world.judge(verdict(id, 1));
    await settled();
    world.api.fault = () => undefined;
    world.clock.advance(5_000);
    await settled();
    assert.ok(isValid(world));
  });

  test('thousands that fail write few lines of log', async () => {
    const world = createWorld();
    const ids = Array.from({ length: 2_000 }, (_, index) => `shop/r${index}`);
    for (const one of ids) world.apply(one);
    world.api.fault = () => failure(500);
    world.judge(...ids.map((one) => verdict(one, 1)));
    for (let i = 0; i < 50; i++) await settled();
    assert.equal(world.told.length, 2_000);
    assert.ok(world.warnings.length <= 10, `${world.warnings.length} lines`);
  });
});
