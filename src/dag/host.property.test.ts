// What must hold for any objects: the order of arrival says nothing, and what fails never falls through.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { delegate, ingress, ingressRoute, path, route, rule, service } from '../testing/objects.ts';
import { defaultSettings, viewOf } from '../testing/view.ts';
import { buildHost } from './host.ts';
import type { Action } from './model.ts';
import { type KubernetesObject, keyOf, type RouteSpec } from './objects.ts';
import { liesUnder } from './path.ts';
import type { GraphSettings } from './view.ts';

const host = 'a.com';
const ids = ['a/x', 'a/y', 'a/z', 'b/x', 'b/y'] as const;
const matches = ['/', '/p', '/p/', '/p/q', '/p-q', '/pq', '/r', '//'] as const;

const id = fc.constantFrom(...ids);
const match = fc.constantFrom(...matches);
const target = fc.constantFrom('web:80', 'api:80', 'none:80', 'web:80 none:80', 'web:0', '');
const served = fc
  .tuple(match, target, fc.boolean())
  .map(([prefix, to, permitInsecure]) => route(prefix, to, { permitInsecure }));
const delegated = fc
  .tuple(match, fc.constantFrom(...ids, 'b/none'))
  .map(([prefix, to]) => delegate(prefix, to));
const meta = { created: fc.constantFrom(1, 2) };
const routes = fc.array(fc.oneof(served, delegated), { maxLength: 4 });

const root = fc
  .tuple(id, fc.record({ ...meta, routes, tls: fc.constant('cert') }, { requiredKeys: [] }))
  .map(([at, options]) => ingressRoute(at, { fqdn: host, ...options }));
const child = fc
  .tuple(id, fc.record({ ...meta, routes }, { requiredKeys: [] }))
  .map(([at, options]) => ingressRoute(at, options));
const paths = fc.array(
  fc
    .tuple(match, target, fc.constantFrom('Exact' as const, 'Prefix' as const))
    .map(([at, to, type]) => path(at, to, type)),
  { maxLength: 3 },
);
const anyIngress = fc
  .tuple(id, paths, fc.record(meta, { requiredKeys: [] }))
  .map(([at, list, options]) => ingress(at, { ...options, rules: [rule(host, ...list)] }));

const services = ['a/web', 'a/api', 'b/web', 'b/api'] as const;
const objects = fc
  .uniqueArray<KubernetesObject, string>(fc.oneof(root, child, child, anyIngress), {
    selector: keyOf,
    maxLength: 8,
  })
  .map((list) => [...list, ...services.map((at) => service(at))]);
const settings: fc.Arbitrary<GraphSettings> = fc.record({
  rootNamespaces: fc.subarray(['a', 'b']).map((namespaces) => new Set(namespaces)),
  disablePermitInsecure: fc.boolean(),
  prefixMatch: fc.constantFrom('segment', 'string'),
});

test('any order of arrival gives the same build', () => {
  const both = objects.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(both, settings, ([one, other], flags) => {
      const [first, second] = [one, other].map((list) => buildHost(viewOf(list), flags, host));
      assert.deepEqual(first, second);
      assert.deepEqual([...(first?.reports.keys() ?? [])], [...(second?.reports.keys() ?? [])]);
    }),
    { numRuns: 500 },
  );
});

test('every match is served once, in an order without a shorter one before a longer one', () => {
  fc.assert(
    fc.property(objects, settings, (list, flags) => {
      const listed = buildHost(viewOf(list), flags, host).host?.http ?? [];
      const keys = listed.map(({ match: at }) => `${at.kind === 'exact' ? 'exact' : 'prefix'} ${at.path}`);
      assert.equal(new Set(keys).size, keys.length);
      const lengths = listed.map(({ match: at }) => at.path.length);
      assert.deepEqual(
        lengths,
        lengths.toSorted((a, b) => b - a),
      );
    }),
  );
});

/** What a request for `at` gets from a root whose routes all are its own; computed without the walk. */
function expectedOf(list: readonly RouteSpec[], at: string): 'serves' | 'fails' | 'nothing' {
  const possible = list.filter(({ match: prefix }) => prefix !== '//' && liesUnder(prefix, at));
  const longest = Math.max(...possible.map(({ match: prefix }) => prefix.length));
  const last = possible.findLast(({ match: prefix }) => prefix.length === longest);
  if (last === undefined) return 'nothing';
  const wrong = last.delegate || last.services.length === 0 || last.services.some(({ port }) => port < 1);
  return wrong || last.services.every(({ name }) => name === 'none') ? 'fails' : 'serves';
}

function kindOf(action: Action | undefined): 'serves' | 'fails' | 'nothing' {
  if (action === undefined) return 'nothing';
  return action.kind === 'respond' ? 'fails' : 'serves';
}

test('a route that fails answers 503 itself: no shorter prefix answers for it', () => {
  const failing = match.map((prefix) => delegate(prefix, 'b/none'));
  const list = fc.array(fc.oneof(served, failing), { maxLength: 6 });
  fc.assert(
    fc.property(list, fc.constantFrom('/', '/p', '/p/', '/p/q/s', '/pq', '/p-q/x', '/r/p'), (given, at) => {
      const object = ingressRoute('a/x', { fqdn: host, routes: given });
      const view = viewOf([object, ...services.map((name) => service(name))]);
      const { http = [] } = buildHost(view, defaultSettings, host).host ?? {};
      const answering = http.find(({ match: prefix }) => liesUnder(prefix.path, at));
      assert.equal(kindOf(answering?.action), expectedOf(given, at));
    }),
    { numRuns: 500 },
  );
});

test('a delegation that fails answers 503 with all that lies under it and is not delegated apart', () => {
  fc.assert(
    fc.property(fc.array(delegated, { maxLength: 4 }), routes, (given, ofChild) => {
      const list = [
        ingressRoute('a/root', {
          fqdn: host,
          routes: [...given, delegate('/fails', 'b/none'), route('/', 'web:80')],
        }),
        ingressRoute('a/x', { routes: ofChild }),
        ...services.map((name) => service(name)),
      ];
      const { http = [] } = buildHost(viewOf(list), defaultSettings, host).host ?? {};
      const answering = http.find(({ match: prefix }) => liesUnder(prefix.path, '/fails/now'));
      assert.equal(kindOf(answering?.action), 'fails');
    }),
  );
});
