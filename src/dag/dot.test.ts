import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { selfSigned } from '../testing/certificates.ts';
import { createGraphWorld } from '../testing/graph-world.ts';
import * as manifests from '../testing/manifests.ts';
import { applied, delegateTo, routeTo } from '../testing/manifests.ts';
import { toDot } from './dot.ts';
import type { Route, VirtualHost } from './model.ts';
import { objectKey } from './objects.ts';

const graphviz = await Graphviz.load();
const pair = await selfSigned('one.com');

const objects = [
  manifests.ingressRoute('a/root', {
    fqdn: 'one.com',
    secretName: 'tls',
    routes: [
      routeTo('/', 's'),
      { match: '/half', services: ['s', 'none'].map((name) => ({ name, port: 80 })) },
      delegateTo('/team', 'b/team'),
    ],
  }),
  manifests.ingressRoute('b/team', { routes: [delegateTo('/team/app', 'b/app')] }),
  manifests.ingressRoute('b/app', { routes: [routeTo('/team/app', 's')] }),
  manifests.ingress('a/default', { defaultService: 's' }),
  manifests.secret('a/tls', { 'tls.crt': pair.certificate, 'tls.key': pair.key }),
  manifests.service('a/s'),
  manifests.service('b/s'),
  manifests.endpointSlice('a/e', 's', ['10.0.0.1', '2001:db8::1']),
];

function dotOf(order: typeof objects): string {
  const world = createGraphWorld();
  world.settle(...order.map(applied));
  return toDot(world.graph, world.store.endpoints);
}

const dot = dotOf(objects);

describe('dot', () => {
  const edges: readonly (readonly [from: string, to: string])[] = [
    ['listener http', 'host http/one.com'],
    ['listener https', 'host https/one.com'],
    ['host https/one.com', 'secret a/tls'],
    ['host http/*', 'route http/* prefix /'],
    ['host https/one.com', 'route https/one.com prefix /team/app'],
    ['route https/one.com prefix /', 'service a/s/80'],
    ['route https/one.com prefix /half', 'service missing'],
    ['service a/s/80', 'endpoint a/s 10.0.0.1:8080'],
    ['service a/s/80', 'endpoint a/s [2001:db8::1]:8080'],
    ['object IngressRoute/a/root', 'object IngressRoute/b/team'],
    ['object IngressRoute/b/team', 'object IngressRoute/b/app'],
    ['object IngressRoute/b/app', 'route https/one.com prefix /team/app'],
    ['object Ingress/a/default', 'route http/* prefix /'],
  ];
  for (const [from, to] of edges) {
    test(`${from} -> ${to}`, () => assert.ok(dot.includes(`"${from}" -> "${to}" `), dot));
  }

  test('is the same text whatever came first, and each line once', () => {
    assert.equal(dotOf(objects.toReversed()), dot);
    const lines = dot.split('\n');
    assert.equal(new Set(lines).size, lines.length);
  });

  test('shows status and no secrets', () => {
    assert.match(dot, /"IngressRoute\\na\/root\\ninvalid"/);
    assert.match(dot, /"IngressRoute\\nb\/app\\nvalid"/);
    assert.ok(!dot.includes('PRIVATE KEY') && !dot.includes('CERTIFICATE'));
  });

  test('graphviz draws it', () => {
    const svg = graphviz.layout(dot, 'svg', 'dot');
    assert.match(svg, /Virtual host/);
    assert.match(svg, />one\.com</);
  });
});

describe('dot: hostile names', () => {
  const hostile = [
    '"]; evil [label="x',
    '\\',
    'ends in \\"',
    '\\N\\G\\l',
    '<script>alert(1)</script>',
    '<b>x</b>',
    '&amp;&#60;',
    'a\nb\r\tc\u0000d\u001be',
    '\ud800',
    '}\n// /* #',
    '日本\u202e',
  ];
  const source = objectKey('IngressRoute', hostile[0] ?? '', 'x');
  const routes = hostile.map((path): Route => {
    const cluster = { namespace: 'a', service: path, port: 80, portName: '' };
    const action = { kind: 'forward', backends: [{ cluster, weight: 1 }], websockets: true } as const;
    return { match: { kind: 'regex', path }, action, source, chain: [] };
  });
  const hosts = new Map(
    hostile.map((name): [string, VirtualHost] => [
      name,
      { host: name, http: routes, https: undefined, owners: [] },
    ]),
  );
  const text = toDot({ hosts: () => hosts, verdicts: () => new Map() }, () => []);

  test('make no statements and no markup', () => {
    const svg = graphviz.layout(text, 'svg', 'dot');
    assert.ok(!/<(script|b)\b/.test(svg));
    const parsed = graphviz.layout(text, 'json', 'dot');
    const { objects = [] }: { objects?: readonly { name: string; label: string }[] } = JSON.parse(parsed);
    const nodes = 1 + hostile.length + hostile.length ** 2 + hostile.length + 1;
    assert.equal(objects.length, nodes);
    assert.ok(objects.every(({ name }) => /^(listener|host|route|service|object) /.test(name)));
  });

  test('stay on their line and have no control characters', () => {
    for (const line of text.trimEnd().split('\n')) {
      assert.match(line, /^(digraph dag \{|\}| {2}(rankdir|node|"(?:[^"\\]|\\.)*" (?:->|\[)).*;)$/u);
      assert.ok(!/\p{Cc}/u.test(line));
    }
  });
});
