import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { unjudgedMs } from './ingress-addresses.ts';
import { failure } from './testing/fake-api.ts';
import { a, b, createIngressWorld, type IngressWorld, ingressVerdict } from './testing/ingress-world.ts';
import { keyOfRoute, settled, verdict } from './testing/world.ts';

const id = 'shop/web';

async function pass(world: IngressWorld, ms: number): Promise<void> {
  world.clock.advance(ms);
  await settled();
}

/** An Ingress of ours that shows `a`. */
async function shown(): Promise<IngressWorld> {
  const world = createIngressWorld();
  world.ingress(id);
  world.ours(id);
  await world.show(a);
  world.requests();
  return world;
}

describe('an Ingress of ours', () => {
  test('shows the addresses, as the API has them', async () => {
    const world = createIngressWorld();
    world.ingress(id);
    world.ours(id);
    await world.show(a, b);
    assert.deepEqual(world.shown(id), [a, b]);
    assert.equal(world.requests(), 1);
    assert.deepEqual(world.told, ['written Ingress']);
  });

  test('shows them whatever is wrong with it', async () => {
    const world = createIngressWorld();
    world.ingress(id);
    world.judge(ingressVerdict(id, 'invalid'));
    await world.show(a);
    assert.deepEqual(world.shown(id), [a]);
  });

  test('that comes later shows them, too', async () => {
    const world = await shown();
    world.ingress('shop/new');
    world.ours('shop/new');
    await settled();
    assert.deepEqual(world.shown('shop/new'), [a]);
  });

  test('that somebody else wrote to before becomes ours', async () => {
    const world = createIngressWorld();
    world.ingress(id);
    await world.othersWrite(id, [b]);
    world.ours(id);
    await world.show(a);
    assert.deepEqual(world.shown(id), [a]);
  });

  test('shows a change, but one a second', async () => {
    const world = await shown();
    await world.show(b);
    assert.deepEqual([world.shown(id), world.requests()], [[a], 0]);
    await world.show(b, a);
    await pass(world, 1_000);
    assert.deepEqual([world.shown(id), world.requests()], [[b, a], 1]);
  });

  test('is written once for each change, and not at a restart', async () => {
    const world = await shown();
    world.ours(id);
    await world.show(a);
    await pass(world, 60_000);
    assert.equal(world.requests(), 0);
    await world.end();
    const next = createIngressWorld({ api: world.api });
    next.observe('applied', world.api.objects.get(id));
    next.ours(id);
    await next.show(a);
    await pass(next, 60_000);
    assert.deepEqual([next.requests(), next.shown(id)], [0, [a]]);
  });

  test('is left alone before addresses are known, and before all is judged', async () => {
    const world = await shown();
    await world.end();
    const next = createIngressWorld({ api: world.api });
    next.observe('applied', world.api.objects.get(id));
    await next.show(b);
    await pass(next, unjudgedMs * 2);
    assert.deepEqual([next.shown(id), next.requests()], [[a], 0]);
    next.ours(id);
    await settled();
    assert.deepEqual(next.shown(id), [b]);
  });

  test('loses what we wrote, and not what others wrote, when there are no addresses', async () => {
    const world = await shown();
    world.ingress('shop/other');
    await world.othersWrite('shop/other', [b]);
    await pass(world, 1_000);
    world.writer.addresses([]);
    world.ours('shop/other');
    await settled();
    assert.deepEqual([world.shown(id), world.shown('shop/other')], [undefined, [b]]);
  });
});

describe('an Ingress that is ours no longer', () => {
  test('loses what we wrote after a while', async () => {
    const world = await shown();
    world.notOurs(id);
    await settled();
    await pass(world, unjudgedMs - 1);
    assert.deepEqual([world.shown(id), world.requests()], [[a], 0]);
    await pass(world, 1);
    assert.deepEqual([world.shown(id), world.requests()], [undefined, 1]);
  });

  test('keeps it if it is ours again by then', async () => {
    const world = await shown();
    world.notOurs(id);
    await pass(world, unjudgedMs / 2);
    world.ours(id);
    await pass(world, unjudgedMs);
    assert.deepEqual([world.shown(id), world.requests()], [[a], 0]);
  });

  test('keeps what somebody else wrote, even the same', async () => {
    for (const theirs of [[a], [b]]) {
      const world = await shown();
      await world.othersWrite(id, theirs);
      world.notOurs(id);
      await pass(world, unjudgedMs * 2);
      assert.deepEqual([world.shown(id), world.requests()], [theirs, 0]);
    }
  });

  test('loses it after a restart, too, though the addresses are others now', async () => {
    const world = await shown();
    world.ingress('shop/theirs');
    await world.othersWrite('shop/theirs', [a]);
    await world.end();
    const next = createIngressWorld({ api: world.api });
    for (const object of world.api.objects.values()) next.observe('applied', object);
    await next.show(b);
    next.ours('shop/one');
    await settled();
    await pass(next, unjudgedMs);
    assert.deepEqual([next.shown(id), next.shown('shop/theirs'), next.requests()], [undefined, [a], 1]);
  });

  test('another object of its name is a stranger until it is judged', async () => {
    const world = await shown();
    world.judge(ingressVerdict(id, 'valid', { uid: 'of the one before' }));
    await world.othersWrite(id, [b]);
    await pass(world, 60_000);
    assert.deepEqual(world.shown(id), [b]);
  });

  test('that is deleted is nobody', async () => {
    const world = await shown();
    world.observe('deleted', world.api.objects.get(id));
    world.notOurs(id);
    await pass(world, unjudgedMs * 2);
    assert.equal(world.requests(), 0);
  });
});

describe('what somebody else overwrote', () => {
  for (const theirs of [[b], null])
    test(`is put right with waits that grow: ${JSON.stringify(theirs)}`, async () => {
      const world = await shown();
      for (const seconds of [1, 2, 4, 8]) {
        await world.othersWrite(id, theirs);
        await pass(world, seconds * 1_000 - 1);
        assert.equal(world.requests(), 0);
        await pass(world, 1);
        assert.deepEqual([world.shown(id), world.requests()], [[a], 1], `${seconds} s`);
        world.observe('applied', world.api.objects.get(id));
      }
    });

  test('just before our write is read again', async () => {
    const world = await shown();
    world.api.apply(id, { changed: true });
    await pass(world, 1_000);
    await world.show(b);
    assert.deepEqual([world.shown(id), world.told.at(-2)], [[b], 'conflict Ingress']);
  });
});

describe('many', () => {
  const ids = Array.from({ length: 500 }, (_, at) => `shop/i${at}`);

  test('are written once each, never more at a time than asked for, after the verdicts of users', async () => {
    const world = createIngressWorld({ concurrency: 8 });
    for (const one of ids) world.ingress(one);
    world.ours(...ids);
    await world.show(a);
    for (let i = 0; i < 40; i++) await settled();
    assert.equal(world.requests(), 500);
    await pass(world, 1_000);
    let [open, most] = [0, 0];
    world.api.gate = async () => {
      open++;
      most = Math.max(most, open);
      await settled();
      open--;
    };
    const order: string[] = [];
    world.api.fault = (call) => void order.push(call.id);
    const routes = Array.from({ length: 30 }, (_, at) => `shop/route${at}`);
    for (const one of routes) world.apply(one);
    world.judge(...routes.map((one) => verdict(one, 1)));
    world.writer.addresses([b]);
    world.ours(...ids);
    for (let i = 0; i < 200; i++) await settled();
    const last = Math.max(...routes.map((one) => order.indexOf(one)));
    assert.ok(last >= 29 && last < 40, `the last route came as number ${last}`);
    assert.equal(most, 8);
    assert.equal(world.requests(), 530);
    assert.ok(ids.every((one) => JSON.stringify(world.shown(one)) === JSON.stringify([b])));
  });
});

describe('without permission', () => {
  test('it is said once how to get it, and the statuses of routes are written all the same', async () => {
    const world = createIngressWorld();
    world.api.fault = ({ id: one }) => (one.startsWith('shop/i') ? failure(403) : undefined);
    for (let at = 0; at < 20; at++) world.ingress(`shop/i${at}`);
    world.ours(...Array.from({ length: 20 }, (_, at) => `shop/i${at}`));
    await world.show(a);
    world.apply('shop/route');
    world.judge({ ...verdict('shop/route', 1), object: keyOfRoute('shop/route') });
    await settled();
    const remedy = 'allow patch of ingresses/status in the API group networking.k8s.io';
    assert.deepEqual(world.warnings, [`the server says 403; ${remedy}; trying again`]);
    assert.ok(world.requests() <= 12, 'a denied namespace is left alone');
    assert.equal(world.api.status('shop/route')?.currentStatus, 'valid');
    world.api.fault = () => undefined;
    for (let i = 0; i < 4; i++) await pass(world, 40_000);
    assert.deepEqual(world.shown('shop/i19'), [a]);
  });

  test('addresses that are refused for good are tried again when they are others', async () => {
    const world = createIngressWorld();
    world.ingress(id);
    world.ours(id);
    world.api.fault = () => failure(422);
    await world.show(a);
    await pass(world, 60_000);
    await world.show(a);
    assert.equal(world.requests(), 2);
    world.api.fault = () => undefined;
    await world.show(b);
    assert.deepEqual(world.shown(id), [b]);
  });
});

test('without the feature nothing is read and nothing written', async () => {
  const world = createIngressWorld({ addressManager: undefined });
  world.ingress(id);
  world.ours(id);
  await world.show(a);
  await world.othersWrite(id, [b]);
  world.notOurs(id);
  await pass(world, 60_000);
  assert.deepEqual([world.requests(), world.shown(id)], [0, [b]]);
});
