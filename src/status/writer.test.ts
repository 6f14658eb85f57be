import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problems } from '../dag/problems.ts';
import { eventually } from '../testing/deadline.ts';
import { failure } from './testing/fake-api.ts';
import { createWorld, settled, verdict } from './testing/world.ts';

const id = 'shop/cart';
const refusedByEnvoy = (generation: number) => {
  const problem = problems.EnvoyRefused('no');
  return verdict(id, generation, 'invalid', { problems: [problem], description: problem.message });
};

describe('status writer', () => {
  test('a first status is asked for before verdicts returns, and is there', async () => {
    const world = createWorld();
    world.apply(id);
    world.judge(verdict(id, 1));
    assert.equal(world.api.count('patch'), 1);
    await settled();
    const status = world.api.status(id);
    assert.equal(status?.currentStatus, 'valid');
    assert.equal(status?.observedGeneration, 1);
    assert.deepEqual(world.told, ['written IngressRoute']);
  });

  test('nothing is written twice: neither its own echo nor an equal verdict is news', async () => {
    const world = createWorld();
    world.apply(id);
    world.judge(verdict(id, 1));
    await settled();
    world.observe('applied', world.api.objects.get(id));
    world.judge(verdict(id, 1));
    await settled();
    assert.equal(world.api.count('patch'), 1);
    assert.deepEqual(world.told, ['written IngressRoute', 'unchanged IngressRoute']);
  });

  test('a writer that starts anew writes nothing and tells no Event', async () => {
    const first = createWorld();
    first.apply(id);
    first.judge(verdict(id, 1, 'invalid'));
    await settled();
    assert.equal(first.api.events.length, 1);
    const second = createWorld({ api: first.api });
    second.observe('applied', first.api.objects.get(id));
    second.judge(verdict(id, 1, 'invalid'));
    await settled();
    assert.deepEqual(second.told, ['unchanged IngressRoute']);
    assert.equal(first.api.events.length, 1);
  });

  test('the newest verdict is written if it changes while one is being written', async () => {
    const world = createWorld();
    world.apply(id);
    world.judge(verdict(id, 1, 'orphaned'));
    world.judge(verdict(id, 1, 'invalid'));
    world.judge(verdict(id, 1));
    await settled();
    assert.equal(world.api.status(id)?.currentStatus, 'valid');
    assert.equal(world.api.count('patch'), 2);
  });

  test('the edit of a user is among the next written while 3,000 first statuses wait', async () => {
    const world = createWorld();
    const ids = Array.from({ length: 3_000 }, (_, index) => `shop/r${index}`);
    for (const one of ids) world.apply(one);
    const held: (() => void)[] = [];
    world.api.gate = () => new Promise((resolve) => held.push(resolve));
    world.judge(...ids.map((one) => verdict(one, 1)));
    const [edited = ''] = ids;
    held.shift()?.();
    await settled();
    world.apply(edited, { edited: true });
    world.judge(verdict(edited, 2));
    held.shift()?.();
    held.shift()?.();
    await settled();
    const written = world.api.calls.filter((call) => call.verb === 'patch').map((call) => call.id);
    assert.ok(written.slice(9).includes(edited), written.join());
    assert.ok(written.length <= 11, `${written.length} writes`);
    world.api.gate = async () => {};
    for (const release of held) release();
    await eventually(() => assert.equal(world.api.status('shop/r1500')?.currentStatus, 'valid'));
  });

  test('what a user waits for is before what others changed', async () => {
    const world = createWorld({ concurrency: 4 });
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `shop/${name}`);
    for (const one of [...others, id]) world.apply(one);
    world.judge(...others.map((one) => verdict(one, 1)));
    await settled();
    world.api.calls.length = 0;
    const held: (() => void)[] = [];
    world.api.gate = () => new Promise((resolve) => held.push(resolve));
    world.judge(...others.map((one) => verdict(one, 1, 'orphaned')), verdict(id, 1));
    assert.equal(world.api.calls[0]?.id, id);
    const more = 'shop/more';
    world.apply(more);
    world.judge(verdict(more, 1), ...others.map((one) => verdict(one, 1, 'invalid')));
    held[0]?.();
    held[1]?.();
    await settled();
    assert.ok(
      world.api.calls.slice(4).some((call) => call.id === more),
      JSON.stringify(world.api.calls),
    );
  });

  test('a verdict on another generation than the object has is not written', async () => {
    const world = createWorld();
    world.apply(id);
    world.apply(id, { edited: true });
    world.judge(verdict(id, 1));
    await settled();
    assert.equal(world.api.count('patch'), 0);
    world.judge(verdict(id, 2));
    await settled();
    assert.equal(world.api.status(id)?.observedGeneration, 2);
  });

  test('objects that are no longer ours, unknown, deleted, or of other kinds are left alone', async () => {
    const world = createWorld({ runs: false });
    world.apply(id);
    world.judge(verdict(id, 1), verdict('shop/unknown', 1));
    world.dismiss(id);
    world.apply('shop/gone');
    world.judge(verdict('shop/gone', 1));
    world.observe('deleted', world.api.objects.get('shop/gone'));
    world.judge({ ...verdict(id, 1), object: 'TLSCertificateDelegation/shop/cart' });
    void world.writer.run(new AbortController().signal);
    await settled();
    assert.deepEqual(world.api.calls, []);
  });

  test('an object in the place of a deleted one gets a status, when the verdict on itself is there', async () => {
    const world = createWorld();
    const judge = () => world.judge(verdict(id, 1, 'valid', { uid: String(world.api.metadata(id).uid) }));
    world.apply(id);
    judge();
    await settled();
    world.observe('deleted', world.api.objects.get(id));
    world.api.delete(id);
    world.apply(id);
    await settled();
    assert.equal(world.api.status(id), undefined, 'the verdict that is known is on the other one');
    judge();
    await settled();
    assert.equal(world.api.status(id)?.currentStatus, 'valid');
    world.api.delete(id);
    world.apply(id);
    judge();
    await settled();
    assert.equal(world.api.status(id)?.currentStatus, 'valid', 'also if the deletion was never seen');
  });

  test('a refusal that is lifted is written when Envoy had time to refuse again', async () => {
    const world = createWorld();
    world.apply(id);
    world.judge(refusedByEnvoy(1));
    await settled();
    world.judge(verdict(id, 1));
    await settled();
    world.clock.advance(9_000);
    world.judge(refusedByEnvoy(1));
    await settled();
    world.clock.advance(1_000);
    await settled();
    assert.equal(world.api.count('patch'), 1);
    world.judge(verdict(id, 1));
    await settled();
    world.clock.advance(9_999);
    await settled();
    assert.equal(world.api.count('patch'), 1);
    world.clock.advance(1);
    await settled();
    assert.equal(world.api.status(id)?.currentStatus, 'valid');
  });

  test('a refusal that an edit lifts is written at once', async () => {
    const world = createWorld();
    world.apply(id);
    world.judge(refusedByEnvoy(1));
    await settled();
    world.apply(id, { edited: true });
    world.judge(verdict(id, 2));
    await settled();
    assert.equal(world.api.status(id)?.currentStatus, 'valid');
  });

  test('while it does not run it remembers; then it writes what is still to be written', async () => {
    const world = createWorld({ runs: false });
    world.apply(id);
    world.apply('shop/other');
    world.judge(verdict(id, 1, 'orphaned'), verdict('shop/other', 1));
    world.judge(verdict(id, 1));
    assert.deepEqual(world.api.calls, []);
    const leader = createWorld({ api: world.api });
    leader.observe('applied', world.api.objects.get('shop/other'));
    leader.judge(verdict('shop/other', 1));
    await settled();
    world.observe('applied', world.api.objects.get('shop/other'));
    void world.writer.run(new AbortController().signal);
    await settled();
    assert.deepEqual(world.told.sort(), ['unchanged IngressRoute', 'written IngressRoute']);
    assert.equal(world.api.status(id)?.currentStatus, 'valid');
  });

  test('its end aborts what runs and leaves nothing behind', async () => {
    const world = createWorld();
    let release = () => {};
    world.api.gate = () => new Promise((resolve) => (release = resolve));
    world.apply(id);
    world.judge(verdict(id, 1));
    const ended = world.end();
    release();
    await ended;
    assert.equal(world.api.status(id), undefined);
    assert.deepEqual(world.told, []);
    assert.deepEqual(world.warnings, []);
    world.api.fault = () => failure(500);
    world.clock.advance(100_000);
    await settled();
    assert.equal(world.api.calls.length, 1);
  });
});
