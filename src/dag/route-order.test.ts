import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PathMatch, Route } from './model.ts';
import { compareRoutes, matchKey } from './route-order.ts';

const routeOf = (match: PathMatch, source: 'a/x' | 'a/y' = 'a/x'): Route => ({
  match,
  action: { kind: 'respond', status: 503 },
  source: `Ingress/${source}`,
  chain: [],
});
const kinds = ['exact', 'regex', 'prefix', 'string-prefix'] as const;

test('longest first; equally long, exact, regular expression, prefix', () => {
  const order: readonly PathMatch[] = [
    { kind: 'prefix', path: '/aaa' },
    { kind: 'exact', path: '/a' },
    { kind: 'exact', path: '/b' },
    { kind: 'regex', path: '/?' },
    { kind: 'prefix', path: '/a' },
    { kind: 'prefix', path: '/' },
  ];
  const routes = order.map((match) => routeOf(match));
  assert.deepEqual(routes.toReversed().sort(compareRoutes), routes);
});

test('a total order: any permutation sorts to the same', () => {
  const match = fc.record({ kind: fc.constantFrom(...kinds), path: fc.constantFrom('/', '/a', '/b', '/ab') });
  const routes = fc.array(fc.tuple(match, fc.constantFrom('a/x' as const, 'a/y' as const)), {
    maxLength: 12,
  });
  const shuffled = routes.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const sorted = (list: typeof one) =>
        list.map(([path, source]) => routeOf(path, source)).sort(compareRoutes);
      const key = (route: Route) => `${matchKey(route.match)} ${route.source}`;
      assert.deepEqual(sorted(one).map(key), sorted(other).map(key));
    }),
  );
});

test('the same requests: both kinds of prefix are one', () => {
  const keys = kinds.map((kind) => matchKey({ kind, path: '/a' }));
  assert.equal(new Set(keys).size, 3);
  assert.equal(keys[2], keys[3]);
});
