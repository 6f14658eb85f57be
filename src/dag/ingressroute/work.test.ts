// Delegation bombs: the work is linear in objects and delegating routes, whatever shape they have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { delegate, ingressRoute, route, service } from '../../testing/objects.ts';
import { defaultSettings, viewOf } from '../../testing/view.ts';
import { AuthoritySizes } from '../authority-sizes.ts';
import { CertificateChecks } from '../certificate.ts';
import { Findings } from '../findings.ts';
import { buildHost } from '../host.ts';
import type { IngressRoute } from '../objects.ts';
import { collectRoutes } from './delegation.ts';
import { Inspections } from './inspections.ts';

const host = 'a.com';

/** Builds the host and checks that each object was read once at most. */
function build(objects: readonly IngressRoute[]) {
  const view = viewOf([...objects, service('a/web')]);
  const built = buildHost(view, defaultSettings, host);
  for (const [key, count] of view.reads) {
    if (key.startsWith('IngressRoute/')) assert.equal(count, 1, key);
  }
  const services = view.reads.get('Service/a/web') ?? 0;
  return { built, view, services };
}

test('diamonds: some 8 million chains through 13 levels and 13 prefixes', () => {
  const size = 13;
  const prefixes = Array.from({ length: size }, (_, index) => `/${'a/'.repeat(index)}a`);
  const objects = Array.from({ length: size }, (_, level) =>
    ingressRoute(`a/n${level}`, {
      ...(level === 0 && { fqdn: host }),
      routes: prefixes.map((prefix) =>
        level === size - 1 ? route(prefix, 'web:80') : delegate(prefix, `n${level + 1}`),
      ),
    }),
  );
  const view = viewOf([...objects, service('a/web')]);
  const checks = new CertificateChecks();
  const authorities = new AuthoritySizes();
  const context = {
    view,
    checks,
    authorities,
    inspections: new Inspections(),
    settings: defaultSettings,
    findings: new Findings(host),
    host,
  };
  const [root] = objects;
  assert.ok(root);
  const { routes, visits } = collectRoutes(context, root);
  assert.equal(visits, 1 + (size - 1) * size);
  assert.equal(routes.length, size);
  assert.deepEqual(
    [...build(objects).built.reports.values()].flatMap(({ own, chain }) => [...own, ...chain]),
    [],
  );
});

test('a chain of 10,000', () => {
  const length = 10_000;
  const objects = Array.from({ length }, (_, index) =>
    ingressRoute(`a/n${index}`, {
      ...(index === 0 && { fqdn: host }),
      routes: [index === length - 1 ? route('/', 'web:80') : delegate('/', `n${index + 1}`)],
    }),
  );
  const { built } = build(objects);
  const [last] = built.host?.http ?? [];
  assert.equal(last?.source, `IngressRoute/a/n${length - 1}`);
  assert.equal(last?.chain.length, 64);
  assert.equal(last?.chain.at(-1), `IngressRoute/a/n${length - 2}`);
  assert.equal(built.reports.size, length);
});

test('nested prefixes into one object resolve each of its routes once', () => {
  const prefixes = Array.from({ length: 200 }, (_, index) => `/${'a/'.repeat(index)}a`);
  const deepest = prefixes.at(-1) ?? '';
  const objects = [
    ingressRoute('a/root', { fqdn: host, routes: prefixes.map((prefix) => delegate(prefix, 'x')) }),
    ingressRoute('a/x', {
      routes: Array.from({ length: 200 }, (_, index) => route(`${deepest}/${index}`, 'web:80')),
    }),
  ];
  // Once to resolve it, once to remember for which Service.
  assert.equal(build(objects).services, 2 * 200);
});

test('nested prefixes through many objects look at each of their routes once', () => {
  const depth = 20;
  const size = 100;
  const prefixes = Array.from({ length: size }, (_, index) => `/${'a/'.repeat(index)}a`);
  const objects = Array.from({ length: depth }, (_, level) =>
    ingressRoute(`a/n${level}`, {
      ...(level === 0 && { fqdn: host }),
      routes: prefixes.map((prefix) =>
        level === depth - 1 ? route(prefix, 'web:80') : delegate(prefix, `n${level + 1}`),
      ),
    }),
  );
  const [root] = objects;
  assert.ok(root);
  const view = viewOf([...objects, service('a/web')]);
  const { examined } = collectRoutes(
    {
      view,
      checks: new CertificateChecks(),
      authorities: new AuthoritySizes(),
      inspections: new Inspections(),
      settings: defaultSettings,
      findings: new Findings(host),
      host,
    },
    root,
  );
  assert.equal(examined, depth * size);
});

test('random graphs end, read each object once, and report on every object that serves', () => {
  const names = ['root', 'b', 'c', 'd', 'e'] as const;
  const match = fc.constantFrom('/', '/p', '/p/q', '/p/q/r', '/z');
  const routeSpec = fc.oneof(
    fc.tuple(match, fc.constantFrom(...names, 'none')).map(([prefix, to]) => delegate(prefix, to)),
    match.map((prefix) => route(prefix, 'web:80')),
  );
  const graph = fc.tuple(...names.map(() => fc.array(routeSpec, { maxLength: 4 })));
  fc.assert(
    fc.property(graph, (routes) => {
      const objects = names.map((name, index) =>
        ingressRoute(`a/${name}`, { ...(name === 'root' && { fqdn: host }), routes: routes[index] ?? [] }),
      );
      const { built } = build(objects);
      for (const { source } of built.host?.http ?? []) assert.ok(built.reports.has(source));
    }),
    { numRuns: 300 },
  );
});
