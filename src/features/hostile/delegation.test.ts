// Delegation as a weapon: depth, diamonds, cycles and long prefixes, through store, graph and translation. The work is
// counted: what is read, what is built, what is sent.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildHost } from '../../dag/host.ts';
import type { DependencyKey } from '../../dag/view.ts';
import type { RawObject } from '../../store/events.ts';
import { createGraphWorld, type GraphWorld, snapshot } from '../../testing/graph-world.ts';
import { applied, delegateTo, deleted, ingressRoute, routeTo, service } from '../../testing/manifests.ts';
import { assertUnharmed, bytesOf, worldWith } from './testing/neighbours.ts';

const list = <T>(length: number, item: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => item(index));

const root = (name: string, routes: Parameters<typeof ingressRoute>[1]) =>
  ingressRoute(`zed/${name}`, { fqdn: `${name}.zed.com`, ...routes });

/** A world that counts what each build reads. */
function counting(objects: readonly RawObject[]): GraphWorld & { reads(): number } {
  let reads = 0;
  const world = createGraphWorld({
    graph: {
      buildHost: (view, settings, host) => {
        const counts = new Map<DependencyKey, number>();
        const count = (key: DependencyKey) => counts.set(key, (counts.get(key) ?? 0) + 1);
        const counted = {
          ...view,
          ingressRoute: (namespace: string, name: string) => {
            count(`IngressRoute/${namespace}/${name}`);
            return view.ingressRoute(namespace, name);
          },
        };
        const build = buildHost(counted, settings, host);
        for (const [key, times] of counts) assert.equal(times, 1, `${key} is read once by a build`);
        reads += counts.size;
        return build;
      },
    },
  });
  world.settle(...objects.map(applied));
  return { ...world, reads: () => reads };
}

/** Nobody else is harmed, and what an Envoy gets is bounded by what was written. */
function assertHarmless(objects: readonly RawObject[]): void {
  const before = bytesOf(worldWith([]));
  const world = worldWith(objects);
  assertUnharmed(world);
  const sent = bytesOf(world) - before;
  assert.ok(sent < 5 * JSON.stringify(objects).length, `${sent} bytes`);
}

describe('a chain of 10,000', () => {
  const length = 10_000;
  const link = (index: number) =>
    index === 0
      ? root('n0', { routes: [delegateTo('/', 'zed/n1')] })
      : ingressRoute(`zed/n${index}`, {
          routes: [index === length - 1 ? routeTo('/', 'web') : delegateTo('/', `zed/n${index + 1}`)],
        });
  const objects = [...list(length, link), service('zed/web')];

  test('is read once, and again when it is cut and mended', () => {
    const world = counting(objects);
    assert.deepEqual([world.graph.built, world.reads()], [1, length - 1]);
    const cut = world.settle(deleted(link(5_000)));
    assert.deepEqual([cut.built, cut.verdicts.size, world.reads()], [1, 5_001, length - 1 + 5_000]);
    const mended = world.settle(applied(link(5_000)));
    assert.deepEqual([mended.built, mended.verdicts.size], [1, 5_001]);
  });

  test('harms nobody', () => assertHarmless(objects));
});

test('diamonds: 40 levels of two, each with both above it, more than 2^40 chains', () => {
  const levels = 40;
  const prefixes = list(levels, (index) => `/${'a/'.repeat(index)}a`);
  const node = (level: number, side: number) =>
    prefixes.map((prefix, index) =>
      level === levels
        ? routeTo(prefix, 'web')
        : delegateTo(prefix, `zed/l${level + 1}s${(index + side) % 2}`),
    );
  const objects = [
    root('top', { routes: node(0, 0) }),
    ...list(levels, (level) =>
      list(2, (side) => ingressRoute(`zed/l${level + 1}s${side}`, { routes: node(level + 1, side) })),
    ).flat(),
    service('zed/web'),
  ];
  const world = counting(objects);
  assert.deepEqual([world.graph.built, world.reads()], [1, 2 * levels]);
  assert.equal(world.graph.hosts().get('top.zed.com')?.http?.length, levels);
  assertHarmless(objects);
});

describe('cycles that are made and broken by turns', () => {
  const size = 12;
  const turns = 1_000;
  /** Every node leads to two others, which turn round with time; two roots lead into it. */
  const node = (index: number, turn: number) => {
    const next = (by: number) => `zed/n${(index + by) % size}`;
    const routes = [
      delegateTo('/a', next(1 + (turn % 5))),
      delegateTo('/a/b', next(turn % 7)),
      routeTo('/a/c', 'web'),
    ];
    return ingressRoute(`zed/n${index}`, { routes: routes.slice(turn % 3) });
  };
  const fixed = [
    root('one', { routes: [delegateTo('/a', 'zed/n0')] }),
    root('two', { routes: [delegateTo('/a/b', 'zed/n5')] }),
    service('zed/web'),
  ];

  test(`${turns} turns build two hosts at most, and end where a fresh build ends`, () => {
    const nodes = list(size, (index) => node(index, 0));
    const world = counting([...fixed, ...nodes]);
    let cycles = 0;
    for (let turn = 1; turn <= turns; turn++) {
      const at = (turn * 5) % size;
      const next = node(at, turn);
      nodes[at] = next;
      const readsBefore = world.reads();
      const { built } = world.settle(applied(next));
      assert.ok(built <= 2 && world.reads() - readsBefore <= 2 * size);
      const codes = [...world.graph.verdicts().values()].flatMap(({ problems }) =>
        problems.map(({ code }) => code),
      );
      if (codes.includes('DelegationCycle')) cycles += 1;
      if (turn % 20 > 0) continue;
      assert.deepEqual(snapshot(world.graph), snapshot(counting([...fixed, ...nodes]).graph));
    }
    assert.ok(cycles > turns / 4 && cycles < turns, `${cycles} turns with a cycle`);
  });

  test('harm nobody', () => assertHarmless([...fixed, ...list(size, (index) => node(index, index * 31))]));
});

test('500 nested prefixes of up to 1,000 characters, in objects that delegate to each other', () => {
  const size = 4;
  const prefixes = list(500, (index) => '/a'.repeat(index + 1));
  const routes = (index: number) =>
    prefixes.map((prefix) => delegateTo(prefix, `zed/n${(index + 1) % size}`));
  const objects = [
    root('top', { routes: [...routes(-1), routeTo('/', 'web')] }),
    ...list(size, (index) => ingressRoute(`zed/n${index}`, { routes: routes(index) })),
    service('zed/web'),
  ];
  const world = counting(objects);
  assert.deepEqual([world.graph.built, world.reads()], [1, size]);
  assertHarmless(objects);
});

test('1,000 roots that lead to a child of another tenant', () => {
  const roots = list(1_000, (index) =>
    root(`r${index}`, { routes: [delegateTo(index % 2 ? '/cart' : '/else', 'shop/cart')] }),
  );
  const world = worldWith(roots);
  const before = worldWith([]);
  const child = 'IngressRoute/shop/cart';
  const verdict = world.graph.verdicts().get(child);
  assert.equal(verdict?.currentStatus, 'valid');
  assert.equal(verdict.description, 'valid IngressRoute');
  assert.equal(verdict.reachedFromCount, 503);
  assert.ok(JSON.stringify(verdict).length < 16_384);
  for (const [
    key,
    { reachedFrom, reachedFromCount, problems, problemsCount, ...rest },
  ] of before.graph.verdicts())
    assert.deepEqual(
      { ...world.graph.verdicts().get(key), reachedFrom, reachedFromCount, problems, problemsCount },
      { ...rest, reachedFrom, reachedFromCount, problems, problemsCount },
    );
  assert.throws(() => assertUnharmed(world), /reachedFrom/, 'what is said to it is all that differs');
});
