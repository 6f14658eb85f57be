// What a root's host gets from the objects that it delegates to, and what is told to whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarise } from '../../testing/host-summary.ts';
import { delegate, ingressRoute, route, service } from '../../testing/objects.ts';
import { defaultSettings, viewOf } from '../../testing/view.ts';
import { buildHost } from '../host.ts';
import type { IngressRoute, RouteSpec } from '../objects.ts';

const host = 'a.com';
const root = (...routes: readonly RouteSpec[]) => ingressRoute('a/root', { fqdn: host, routes });
const child = (id: `${string}/${string}`, ...routes: readonly RouteSpec[]) => ingressRoute(id, { routes });
const services = ['a/web', 'a/api', 'b/web', 'b/api', 'c/web', 'c/api'] as const;

interface Case {
  readonly name: string;
  readonly objects: readonly IngressRoute[];
  readonly http: readonly string[];
  readonly problems?: Readonly<Record<string, readonly string[]>>;
}

const cases: readonly Case[] = [
  {
    name: 'a child serves its routes under the prefix',
    objects: [
      root(route('/', 'web:80'), delegate('/blog', 'x')),
      child('a/x', route('/blog', 'api:80'), route('/blog/y', 'web:80')),
    ],
    http: ['/blog/y -> web', '/blog -> api', '/ -> web'],
  },
  {
    name: 'the same namespace unless another is given; services are those of the child',
    objects: [
      root(delegate('/b', 'b/x'), delegate('/a', 'x')),
      child('a/x', route('/a', 'web:80')),
      child('b/x', route('/b', 'api:80')),
    ],
    http: ['/a -> web', '/b -> api'],
  },
  {
    name: 'no target: 503, and nothing falls through',
    objects: [root(route('/', 'web:80'), delegate('/blog', 'b/none'))],
    http: ['/blog -> 503', '/ -> web'],
    problems: { 'IngressRoute/a/root': ['DelegateMissing'] },
  },
  {
    name: 'a target that is a root',
    objects: [
      root(delegate('/', 'b/x')),
      ingressRoute('b/x', { fqdn: 'b.com', routes: [route('/', 'web:80')] }),
    ],
    http: ['/ -> 503'],
    problems: { 'IngressRoute/a/root': ['DelegateIsRoot'] },
  },
  {
    name: 'a cycle: the route that closes it answers 503, the others serve',
    objects: [
      root(delegate('/', 'x')),
      child('a/x', route('/x', 'web:80'), delegate('/', 'y')),
      child('a/y', route('/y', 'web:80'), delegate('/z', 'x')),
    ],
    http: ['/x -> web', '/y -> web', '/z -> 503'],
    problems: { 'IngressRoute/a/y': ['DelegationCycle^'] },
  },
  {
    name: "a cycle that only this root's prefixes close is no fault of the object",
    objects: [
      root(delegate('/x', 'd')),
      child('a/d', route('/x', 'web:80'), delegate('/x/y', 'c')),
      child('a/c', route('/x/y', 'api:80'), delegate('/x/y/z', 'd')),
    ],
    http: ['/x/y/z -> 503', '/x/y -> api', '/x -> web'],
    problems: { 'IngressRoute/a/c': ['DelegationCycle^'] },
  },
  {
    name: 'an object that delegates to itself',
    objects: [root(delegate('/', 'x')), child('a/x', route('/x', 'web:80'), delegate('/y', 'x'))],
    http: ['/x -> web', '/y -> 503'],
    problems: { 'IngressRoute/a/x': ['DelegationCycle'] },
  },
  {
    name: 'a route outside of the prefix adds nothing',
    objects: [
      root(route('/', 'web:80'), delegate('/blog', 'x')),
      child('a/x', route('/blog', 'api:80'), route('/blogger', 'api:80'), route('/', 'api:80')),
    ],
    http: ['/blog -> api', '/ -> web'],
    problems: { 'IngressRoute/a/x': ['PrefixMismatch^', 'PrefixMismatch^'] },
  },
  {
    name: 'no route inside of the prefix: 503',
    objects: [root(route('/', 'web:80'), delegate('/blog', 'x')), child('a/x', route('/other', 'api:80'))],
    http: ['/blog -> 503', '/ -> web'],
    problems: { 'IngressRoute/a/root': ['DelegateHasNoRoute'], 'IngressRoute/a/x': ['PrefixMismatch^'] },
  },
  {
    name: 'two prefixes for one child: each takes its own routes, none counts as outside',
    objects: [
      root(delegate('/a', 'x'), delegate('/b', 'x')),
      child('a/x', route('/a', 'web:80'), route('/b', 'api:80')),
    ],
    http: ['/a -> web', '/b -> api'],
  },
  {
    name: "the delegating object's route beats one that came by delegation",
    objects: [
      root(delegate('/', 'x'), route('/blog', 'web:80')),
      child('a/x', route('/blog', 'api:80'), route('/c', 'api:80')),
    ],
    http: ['/blog -> web', '/c -> api'],
    problems: { 'IngressRoute/a/x': ['Shadowed?^'] },
  },
  {
    name: 'inside one object the last wins',
    objects: [root(route('/', 'none:80'), route('/', 'web:80'))],
    http: ['/ -> web'],
    problems: { 'IngressRoute/a/root': ['Shadowed?'] },
  },
  {
    name: 'between siblings the longer delegated prefix wins',
    objects: [
      root(delegate('/', 'x'), delegate('/blog', 'y')),
      child('a/x', route('/blog', 'web:80')),
      child('a/y', route('/blog', 'api:80')),
    ],
    http: ['/blog -> api'],
    problems: { 'IngressRoute/a/x': ['Shadowed?^'] },
  },
  {
    name: 'a shorter delegation gets no say by delegating deeper',
    objects: [
      root(delegate('/', 'x'), delegate('/blog', 'y')),
      child('a/x', delegate('/blog/api', 'z')),
      child('a/y', route('/blog/api', 'api:80')),
      child('a/z', route('/blog/api', 'web:80')),
    ],
    http: ['/blog/api -> api'],
    problems: { 'IngressRoute/a/z': ['Shadowed?^'] },
  },
  {
    name: 'a delegation that fails keeps its prefix from siblings',
    objects: [
      root(delegate('/', 'x'), delegate('/blog', 'none')),
      child('a/x', route('/blog', 'web:80'), route('/c', 'web:80')),
    ],
    http: ['/blog -> 503', '/c -> web'],
    problems: { 'IngressRoute/a/root': ['DelegateMissing'], 'IngressRoute/a/x': ['Shadowed?^'] },
  },
  {
    name: 'a diamond: the same route twice is not shadowing',
    objects: [
      root(delegate('/', 'x'), delegate('/p', 'y')),
      child('a/x', delegate('/p', 'z')),
      child('a/y', delegate('/p', 'z')),
      child('a/z', route('/p', 'web:80')),
    ],
    http: ['/p -> web'],
  },
  {
    name: 'reached by two prefixes, the same route is not shadowing',
    objects: [root(delegate('/', 'x'), delegate('/p', 'x')), child('a/x', route('/p/q', 'web:80'))],
    http: ['/p/q -> web'],
  },
  {
    name: 'characters that sort before the slash end no prefix',
    objects: [
      root(delegate('/p', 'x')),
      child('a/x', ...['/p', '/p-q', '/p.r', '/p/s', '/p/s-t'].map((match) => route(match, 'web:80'))),
    ],
    http: ['/p/s-t -> web', '/p/s -> web', '/p -> web'],
    problems: { 'IngressRoute/a/x': ['PrefixMismatch^', 'PrefixMismatch^'] },
  },
  {
    name: 'a child that can not be read as a whole: 503',
    objects: [
      root(delegate('/', 'x')),
      ingressRoute('a/x', {
        routes: [route('/', 'web:80')],
        malformed: [{ path: 'spec.routes[1].match', message: 'must be a string' }],
      }),
    ],
    http: ['/ -> 503'],
    problems: { 'IngressRoute/a/root': ['DelegateHasNoRoute'], 'IngressRoute/a/x': ['MalformedField'] },
  },
];

for (const { name, objects, http, problems = {} } of cases) {
  test(name, () => {
    const given = [...objects, ...services.map((id) => service(id))];
    for (const order of [given, given.toReversed()]) {
      const got = summarise(host, order);
      assert.deepEqual(got.http, http);
      assert.deepEqual(got.problems, problems);
    }
  });
}

test('a cycle is told with its path, a long one without its middle', () => {
  const message = (length: number) => {
    const names = Array.from({ length }, (_, index) => `n${index}`);
    const objects = names.map((name, index) =>
      child(`b/${name}`, delegate('/', names[(index + 1) % length] ?? '')),
    );
    const view = viewOf([root(delegate('/', 'b/n0')), ...objects]);
    const reports = buildHost(view, defaultSettings, host).reports;
    return reports.get(`IngressRoute/b/n${length - 1}`)?.own[0]?.message ?? '';
  };
  assert.equal(message(2), 'route creates a delegation cycle: b/n0 -> b/n1 -> b/n0');
  assert.match(message(30), /: b\/n0 -> b\/n1 ->.* -> b\/n11 -> \(18 more\) -> b\/n0$/);
});

test('a route names its object and the chain from the root', () => {
  const objects = [
    root(delegate('/', 'b/x')),
    child('b/x', delegate('/p', 'y')),
    child('b/y', route('/p', 'web:80')),
  ];
  const built = buildHost(viewOf(objects), defaultSettings, host).host?.http?.[0];
  assert.equal(built?.source, 'IngressRoute/b/y');
  assert.deepEqual(built?.chain, ['IngressRoute/a/root', 'IngressRoute/b/x']);
});
