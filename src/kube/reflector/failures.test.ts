import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { ingressRoute, service } from '../../testing/manifests.ts';
import { resources } from '../resources.ts';
import { apiError } from '../testing/fake-api.ts';
import { follow } from '../testing/followed.ts';
import { failing, reflectorWorld } from '../testing/reflector-world.ts';
import { BackOff } from './back-off.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function start(...given: Parameters<typeof follow>) {
  const started = follow(...given);
  stops.push(started.stop);
  return started;
}

describe('back-off', () => {
  const waits = (codes: readonly number[], random: () => number, retryAfterMs?: number) => {
    const backOff = new BackOff(random);
    return codes.map((code) => backOff.next({ code, retryAfterMs }));
  };
  const many = (code: number) => Array.from({ length: 12 }, () => code);

  test('doubles up to 1.5 s for trouble that passes, up to 10 s for refusals', () => {
    assert.deepEqual(waits(many(0), () => 1).slice(0, 7), [100, 200, 400, 800, 1_500, 1_500, 1_500]);
    for (const code of [0, 408, 410, 429, 500, 503]) assert.equal(waits(many(code), () => 1).at(-1), 1_500);
    for (const code of [400, 401, 403, 404]) assert.equal(waits(many(code), () => 1).at(-1), 10_000);
  });

  test('jitter takes up to half', () => {
    assert.deepEqual(
      waits([0, 0], () => 0),
      [50, 100],
    );
  });

  test('the other kind of failure does not wait as long as the first had come to', () => {
    const random = () => 1;
    assert.equal(waits([...many(0), 403], random).at(-1), 800);
    assert.equal(waits([...many(403), 0], random).at(-1), 800);
  });

  test('Retry-After is honoured, within a minute', () => {
    assert.deepEqual(
      waits([429], () => 1, 3_000),
      [3_000],
    );
    assert.deepEqual(
      waits([429], () => 1, 1e12),
      [60_000],
    );
  });
});

describe('reflector: failures', () => {
  test('nothing for 90 s, not even a bookmark: opened again, from where it was, without a list', async () => {
    const { api, pass, seen, mirror } = start();
    await pass(60_000, 500);
    api.bookmark();
    await pass(89_000, 500);
    assert.deepEqual(seen, ['services: 0 listed']);
    await pass(1_500, 100);
    assert.deepEqual(seen, ['services: 0 listed', 'idle']);
    assert.equal(api.watching, 1);
    api.apply(service('a/s'));
    await pass(10);
    assert.equal(mirror.size, 1);
  });

  for (const end of ['closed', 'cut', 'expired'] as const) {
    test(`a server whose watches are ${end} at once is not asked in a busy loop`, async () => {
      const world = reflectorWorld();
      const error = { closed: undefined, cut: apiError(0), expired: apiError(410) }[end];
      const timer = () => {
        world.clock.after(1, () => {
          world.api.cut(error);
          timer();
        });
      };
      timer();
      const { pass, api } = start({}, world);
      await pass(60_000, 20);
      const watches = api.requests.filter(({ operation }) => operation === 'watch').length;
      assert.ok(watches > 30 && watches < 80, `${watches} watches in a minute`);
    });
  }

  test('a watch that lasted is opened again at once if it was closed, within 100 ms if it was cut', async () => {
    for (const error of [undefined, apiError(0)]) {
      const { api, pass } = start();
      for (let i = 0; i < 5; i++) {
        await pass(6_000, 500);
        api.cut(error);
        await pass(error === undefined ? 0 : 100);
        assert.equal(api.watching, 1);
      }
    }
  });

  for (const code of [0, 429, 500, 503]) {
    test(`back within 2 s after a minute of ${code}`, async () => {
      const { api, pass, mirror } = start();
      await pass(6_000, 500);
      api.faults.push(() => apiError(code));
      api.cut(apiError(0));
      await pass(60_000, 100);
      assert.equal(api.watching, 0);
      api.faults.length = 0;
      api.apply(service('a/s'));
      await pass(1_600);
      assert.equal(mirror.size, 1);
      assert.equal(api.watching, 1);
    });
  }

  test('a version that is refused again and again leads to a list', async () => {
    const { api, pass, mirror } = start();
    await pass(6_000, 500);
    api.faults.push(({ operation, options }) =>
      operation === 'watch' && options?.resourceVersion === '0' ? apiError(504, 'Timeout') : undefined,
    );
    api.cut();
    api.apply(service('a/s'));
    await pass(5_000);
    assert.equal(mirror.size, 1);
    assert.equal(api.watching, 1);
  });

  test('everyday trouble is not told, lasting trouble once, and its end', async () => {
    const { api, pass, lines } = start();
    await pass(6_000, 500);
    api.cut(apiError(0));
    api.apply(service('a/s'));
    api.compact();
    await pass(6_000, 500);
    assert.deepEqual(lines, []);
    failing(api, 'watch services', apiError(500), 10);
    api.cut(apiError(0));
    await pass(30_000, 100);
    api.bookmark();
    await pass(10);
    assert.deepEqual(lines, ['warn: the fake answers 500; trying again', 'info: services: following again']);
  });

  test('403 blocks readiness, is told once with its remedy, and is retried until it is allowed', async () => {
    const world = reflectorWorld();
    world.api.apply(ingressRoute('a/x'));
    failing(world.api, 'list ingressroutes', apiError(403, 'Forbidden'));
    const { pass, state, lines, api, reflector } = start(
      { resource: resources.ingressRoutes, namespace: 'a' },
      world,
    );
    await pass(60_000, 100);
    assert.equal(state.synced, 0);
    const remedy =
      'the fake answers 403; grant get, list and watch on ingressroutes.contour.heptio.com to our service account by a Role in namespace a';
    assert.deepEqual(lines, [`warn: ${remedy}; trying again`]);
    assert.equal(reflector.waiting(), 'ingressroutes.contour.heptio.com: answered 403');
    api.faults.length = 0;
    await pass(10_000, 100);
    assert.equal(state.synced, 1);
    assert.equal(reflector.waiting(), undefined);
    assert.equal(lines.at(-1), 'info: ingressroutes.contour.heptio.com in a: following again');
  });
});

describe('reflector: a kind that is not installed', () => {
  const options = { resource: resources.ingressRoutes };

  test('is empty once 404 came for 10 s, and its objects come when it is installed', async () => {
    const world = reflectorWorld();
    world.api.uninstall(resources.ingressRoutes);
    const { api, pass, state, lines, mirror } = start(options, world);
    await pass(9_900, 100);
    assert.equal(state.synced, 0);
    await pass(200, 100);
    assert.equal(state.synced, 1);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^info: the API server has no ingressroutes.contour.heptio.com/);
    const requests = api.requests.length;
    await pass(60_000, 500);
    assert.ok(api.requests.length - requests < 15);
    assert.equal(lines.length, 1);
    api.install(resources.ingressRoutes);
    api.apply(ingressRoute('a/x'));
    await pass(10_000, 100);
    assert.equal(mirror.size, 1);
    assert.equal(state.synced, 1);
  });

  test('takes its objects with it, but not before it is certain', async () => {
    const world = reflectorWorld();
    world.api.apply(ingressRoute('a/x'));
    const { api, pass, mirror } = start(options, world);
    await pass(6_000, 500);
    api.uninstall(resources.ingressRoutes);
    await pass(9_500, 100);
    assert.equal(mirror.size, 1);
    await pass(1_000, 100);
    assert.equal(mirror.size, 0);
  });

  test('may go a second time', async () => {
    const { api, pass, mirror } = start(options);
    for (const name of ['a/x', 'a/y']) {
      api.install(resources.ingressRoutes);
      api.apply(ingressRoute(name));
      await pass(15_000, 100);
      assert.deepEqual([...mirror.keys()], [`IngressRoute ${name}`]);
      api.uninstall(resources.ingressRoutes);
      await pass(15_000, 100);
      assert.equal(mirror.size, 0);
    }
  });

  test('404 for everything is no absence: nothing is deleted', async () => {
    const world = reflectorWorld();
    world.api.apply(ingressRoute('a/x'));
    const { api, pass, mirror } = start(options, world);
    await pass(6_000, 500);
    api.faults.push(() => apiError(404));
    api.cut();
    await pass(60_000, 500);
    assert.equal(mirror.size, 1);
  });

  test('404 for a kind of Kubernetes itself is trouble, never an absence', async () => {
    const world = reflectorWorld();
    world.api.uninstall(resources.ingresses);
    const { pass, state, lines } = start({ resource: resources.ingresses }, world);
    await pass(60_000, 500);
    assert.equal(state.synced, 0);
    assert.deepEqual(lines, ['warn: the fake answers 404; trying again']);
  });

  test('404s with another failure between them prove nothing', async () => {
    const world = reflectorWorld();
    let requests = 0;
    world.api.faults.push(() => apiError(++requests % 4 === 0 ? 503 : 404));
    const { pass, state } = start(options, world);
    await pass(60_000, 100);
    assert.ok(requests > 20);
    assert.equal(state.synced, 0);
  });
});
