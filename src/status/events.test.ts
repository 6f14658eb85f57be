import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import { ApiError } from '../kube/api.ts';
import type { RawObject } from '../store/events.ts';
import { type EventFacts, eventOf } from './event.ts';
import { type Call, failure } from './testing/fake-api.ts';
import { createWorld, missing, settled, verdict, type World } from './testing/world.ts';
import { TokenBucket } from './token-bucket.ts';

const id = 'shop/cart';
const facts: EventFacts = {
  object: 'IngressRoute/shop/cart',
  uid: 'u1',
  resourceVersion: '7',
  generation: 2,
  type: 'Warning',
  reason: 'SecretMissing',
  note: 'no such Secret',
  at: new Date('2026-03-01T10:20:30.456Z'),
  instance: 'contour-0',
};
const nameOf = (more: Partial<EventFacts>): string =>
  String(Object(eventOf({ ...facts, ...more }).metadata).name);

describe('an Event', () => {
  test('is what the API asks for', () => {
    const { metadata, ...event } = eventOf(facts);
    assert.match(JSON.stringify(metadata), /^\{"namespace":"shop","name":"cart\.[0-9a-f]{16}"\}$/);
    assert.deepEqual(event, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      eventTime: '2026-03-01T10:20:30.456000Z',
      type: 'Warning',
      reason: 'SecretMissing',
      note: 'no such Secret',
      action: 'Validate',
      regarding: {
        apiVersion: 'contour.heptio.com/v1beta1',
        kind: 'IngressRoute',
        namespace: 'shop',
        name: 'cart',
        uid: 'u1',
        resourceVersion: '7',
      },
      reportingController: 'contour.heptio.com/ingress-controller',
      reportingInstance: 'contour-0',
    });
  });

  test('about an Ingress names its API group', () => {
    const { regarding } = eventOf({ ...facts, object: 'Ingress/shop/cart', resourceVersion: undefined });
    assert.deepEqual(regarding, {
      apiVersion: 'networking.k8s.io/v1',
      ...{ kind: 'Ingress', namespace: 'shop', name: 'cart', uid: 'u1' },
    });
  });

  test('has the same name for the same facts, whoever tells them and when', () => {
    assert.equal(nameOf({ at: new Date(0), instance: 'contour-1', resourceVersion: '9' }), nameOf({}));
    const others: Partial<EventFacts>[] = [
      { uid: 'u2' },
      { generation: 3 },
      { reason: 'Other' },
      { note: 'other' },
    ];
    assert.equal(new Set([{}, ...others].map(nameOf)).size, 5);
  });

  test('keeps the limits of the API', () => {
    const event = eventOf({ ...facts, note: '€'.repeat(5_000), instance: 'x'.repeat(500) });
    assert.equal(Buffer.byteLength(String(event.note)), 1_023);
    assert.equal(String(event.reportingInstance).length, 128);
    const name = nameOf({ object: `IngressRoute/shop/${'a'.repeat(235)}.${'b'.repeat(17)}` });
    assert.match(name, /^a{235}\.[0-9a-f]{16}$/);
    assert.ok(nameOf({ object: `IngressRoute/shop/${'a'.repeat(253)}` }).length <= 253);
  });
});

const told = ({ api }: World): string[] =>
  api.events.map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

describe('Events about IngressRoutes', () => {
  const histories: readonly (readonly [CurrentStatus[], expected: string[]])[] = [
    [['valid'], []],
    [['valid', 'valid'], []],
    [['invalid'], ['Warning SecretMissing']],
    [['invalid', 'invalid'], ['Warning SecretMissing']],
    [
      ['orphaned', 'valid'],
      ['Warning Orphaned', 'Normal Valid'],
    ],
    [
      ['valid', 'invalid', 'valid'],
      ['Warning SecretMissing', 'Normal Valid'],
    ],
    [
      ['invalid', 'orphaned'],
      ['Warning SecretMissing', 'Warning Orphaned'],
    ],
  ];
  for (const [history, expected] of histories) {
    test(`${history.join(', then ')}: ${expected.join(', ') || 'none'}`, async () => {
      const world = createWorld();
      for (const [index, current] of history.entries()) {
        world.apply(id, { index });
        world.judge(verdict(id, index + 1, current));
        await settled();
      }
      assert.deepEqual(
        told(world).map((line) => line.split(':')[0]),
        expected,
      );
    });
  }

  test('a status that was written is told, though the answer was lost', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.answer = ({ verb }) => (verb === 'patch' ? failure(0) : undefined);
    world.judge(verdict(id, 1, 'invalid'));
    await settled();
    world.api.answer = () => undefined;
    assert.deepEqual([world.api.status(id)?.currentStatus, told(world)], ['invalid', []]);
    world.clock.advance(1_000);
    await settled();
    assert.deepEqual(told(world), [`Warning SecretMissing: ${missing.message}`]);
    world.judge(verdict(id, 1, 'invalid'));
    await settled();
    assert.equal(world.api.count('create'), 1, 'and only once');
  });

  test('of a lost answer and a write after it only the newest is told', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.answer = ({ verb }) => (verb === 'patch' ? failure(0) : undefined);
    world.judge(verdict(id, 1, 'invalid'));
    await settled();
    world.observe('applied', world.api.objects.get(id));
    world.judge(verdict(id, 1, 'invalid', { description: 'other words' }));
    world.api.answer = () => undefined;
    world.clock.advance(1_000);
    await settled();
    assert.deepEqual(told(world), ['Warning SecretMissing: other words']);
  });

  test('a status that could not be written is not told', async () => {
    const world = createWorld();
    world.apply(id);
    world.api.fault = ({ verb }) => (verb === 'patch' ? failure(422) : undefined);
    world.judge(verdict(id, 1, 'invalid'));
    await settled();
    assert.deepEqual(told(world), []);
  });
});

const ingress = (name: string, namespace = 'shop'): RawObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { namespace, name, uid: `uid of ${name}`, resourceVersion: '1', generation: 1 },
});

function ingressVerdict(
  name: string,
  current: CurrentStatus,
  description?: string,
  namespace = 'shop',
): Verdict {
  const problems = current === 'valid' ? [] : [missing];
  const words = description ?? (current === 'valid' ? 'valid Ingress' : missing.message);
  const more = { object: `Ingress/${namespace}/${name}` as const, problems, description: words };
  return verdict(`shop/${name}`, 1, current, more);
}

describe('Events about Ingresses', () => {
  test('when one turns invalid, invalid in another way, and back; never a status', async () => {
    const world = createWorld();
    world.observe('applied', ingress('a'));
    for (const one of [
      ingressVerdict('a', 'valid'),
      ingressVerdict('a', 'invalid'),
      ingressVerdict('a', 'invalid'),
      ingressVerdict('a', 'invalid', 'other words'),
      ingressVerdict('a', 'valid'),
      ingressVerdict('a', 'valid'),
    ]) {
      world.judge(one);
      await settled();
    }
    assert.deepEqual(told(world), [
      `Warning SecretMissing: ${missing.message}`,
      'Warning SecretMissing: other words',
      'Normal Valid: valid Ingress',
    ]);
    assert.equal(world.api.count('patch'), 0);
    assert.equal(world.told.filter((line) => line === 'event Ingress').length, 3);
  });

  test('one in the place of another is told of though nobody saw the deletion; if it is valid, nothing is', async () => {
    const world = createWorld();
    const judge = async (uid: string, current: CurrentStatus) => {
      const object = ingress('a');
      world.observe('applied', { ...object, metadata: { ...Object(object.metadata), uid } });
      world.judge({ ...ingressVerdict('a', current), uid });
      await settled();
    };
    await judge('u1', 'invalid');
    await judge('u2', 'invalid');
    assert.deepEqual(
      world.api.events.map(({ regarding }) => Object(regarding).uid),
      ['u1', 'u2'],
    );
    await judge('u3', 'valid');
    assert.equal(world.api.count('create'), 2);
  });

  test('what is news while an Event is being created is told next', async () => {
    const world = createWorld();
    let release = () => {};
    world.api.gate = () => new Promise((resolve) => (release = resolve));
    world.observe('applied', ingress('a'));
    world.judge(ingressVerdict('a', 'invalid'));
    world.judge(ingressVerdict('a', 'invalid', 'replaced before it is told'));
    world.judge(ingressVerdict('a', 'valid'));
    release();
    await settled();
    release();
    await settled();
    assert.deepEqual(
      told(world).map((line) => line.split(':')[0]),
      ['Warning SecretMissing', 'Normal Valid'],
    );
  });

  test('a restart meets the Event that is there, and is content', async () => {
    const first = createWorld();
    first.observe('applied', ingress('a'));
    first.judge(ingressVerdict('a', 'invalid'));
    await settled();
    const second = createWorld({ api: first.api });
    second.observe('applied', ingress('a'));
    second.judge(ingressVerdict('a', 'invalid'));
    await settled();
    assert.equal(first.api.count('create'), 2);
    assert.equal(first.api.events.length, 1);
    assert.deepEqual([...second.told, ...second.warnings], []);
  });
});

describe('the rate of Events', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `i${index}`);

  function judgeMany(world: World, count: number): void {
    for (const name of names(count)) world.observe('applied', ingress(name));
    world.judge(...names(count).map((name) => ingressVerdict(name, 'invalid')));
  }

  test('is a burst of 50 and 5 a second, and a status never waits for them', async () => {
    const world = createWorld();
    judgeMany(world, 200);
    for (let i = 0; i < 5; i++) await settled();
    assert.equal(world.api.events.length, 50);
    world.apply(id);
    world.judge(verdict(id, 1));
    await settled();
    assert.equal(world.api.status(id)?.currentStatus, 'valid');
    for (let i = 0; i < 50; i++) {
      world.clock.advance(200);
      await settled();
    }
    assert.equal(world.api.events.length, 100);
  });

  test('of more than 1,000 that wait the oldest are dropped and counted', async () => {
    const world = createWorld();
    judgeMany(world, 1_200);
    const dropped = world.told.filter((line) => line === 'eventDropped Ingress');
    assert.equal(dropped.length, 200);
  });

  test('what is dropped is of the namespace that has most waiting, so others keep theirs', async () => {
    const world = createWorld({ runs: false });
    world.observe('applied', ingress('quiet', 'other'));
    world.judge(ingressVerdict('quiet', 'invalid', missing.message, 'other'));
    judgeMany(world, 1_200);
    assert.equal(world.told.filter((line) => line === 'eventDropped Ingress').length, 201);
    void world.writer.run(new AbortController().signal);
    for (let i = 0; i < 5; i++) await settled();
    assert.ok(world.api.events.some(({ regarding }) => Object(regarding).name === 'quiet'));
  });

  test('a server that asks for a pause has one, of statuses too', async () => {
    const world = createWorld();
    world.api.fault = ({ verb }) => (verb === 'create' ? failure(429, 5_000) : undefined);
    judgeMany(world, 1);
    await settled();
    world.api.fault = () => undefined;
    world.apply(id);
    world.judge(verdict(id, 1));
    world.clock.advance(4_999);
    await settled();
    assert.equal(world.api.count('patch') + world.api.events.length, 0);
    world.clock.advance(1);
    await settled();
    assert.equal(world.api.count('patch') + world.api.events.length, 2);
  });

  test('no answer and 500 are tried again, without holding statuses', async () => {
    for (const code of [0, 500]) {
      const world = createWorld();
      world.api.fault = ({ verb }) => (verb === 'create' ? failure(code) : undefined);
      judgeMany(world, 1);
      await settled();
      world.apply(id);
      world.judge(verdict(id, 1));
      await settled();
      assert.equal(world.api.status(id)?.currentStatus, 'valid');
      world.api.fault = () => undefined;
      world.clock.advance(100);
      await settled();
      assert.equal(world.api.events.length, 1);
    }
  });

  test('403 is given up, logged once with its remedy', async () => {
    const world = createWorld();
    world.api.fault = () => failure(403, undefined, 'Forbidden');
    judgeMany(world, 5);
    for (let i = 0; i < 5; i++) await settled();
    world.clock.advance(1_000_000);
    await settled();
    assert.equal(world.api.count('create'), 5);
    assert.equal(world.warnings.length, 1);
    assert.match(world.warnings.join(), /create events\.events\.k8s\.io/);
  });

  test('a 403 after Events were allowed again is logged again', async () => {
    const world = createWorld();
    const denied = ({ verb }: Call) => (verb === 'create' ? failure(403, undefined, 'Forbidden') : undefined);
    for (const [index, fault] of [denied, () => undefined, denied].entries()) {
      world.api.fault = fault;
      world.observe('applied', ingress(`i${index}`));
      world.judge(ingressVerdict(`i${index}`, 'invalid'));
      await settled();
    }
    assert.equal(world.api.events.length, 1);
    assert.equal(world.warnings.length, 2);
  });

  test("a namespace that is being terminated takes no Events, which is nobody's trouble", async () => {
    const world = createWorld();
    const message =
      'events.events.k8s.io "i0.0" is forbidden: unable to create new content in namespace shop because it is being terminated';
    world.api.fault = () =>
      new ApiError(message, { code: 403, reason: 'Forbidden', retryAfterMs: undefined });
    judgeMany(world, 1);
    await settled();
    world.clock.advance(1_000_000);
    await settled();
    assert.equal(world.api.count('create'), 1);
    assert.deepEqual([...world.told, ...world.warnings], []);
  });

  test('tokens come back with time, up to the burst', () => {
    let now = 0;
    const bucket = new TokenBucket({ burst: 2, perSecond: 4 }, { now: () => now });
    const take = (at: number) => {
      now = at;
      return bucket.take();
    };
    assert.deepEqual(
      [0, 0, 0, 125, 250, 250, 10_000, 10_000, 10_000].map(take),
      [0, 0, 250, 125, 0, 250, 0, 0, 250],
    );
  });
});
