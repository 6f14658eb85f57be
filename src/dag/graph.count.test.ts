// What one change costs with 2,000 hosts loaded: counts of builds, changed hosts and changed verdicts, not times.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObjectEvent } from '../store/events.ts';
import { createGraphWorld } from '../testing/graph-world.ts';
import * as manifests from '../testing/manifests.ts';
import { applied, delegateTo, deleted, routeTo } from '../testing/manifests.ts';

const total = 2_000;
const sharing = 40;
const world = createGraphWorld();

/** Every host has its own Service; the first `sharing` of them also have one in common, and one child. */
function root(index: number, ...more: readonly manifests.Route[]) {
  const shared = index < sharing ? [routeTo('/shared', 'shared'), delegateTo('/child', 'a/child')] : [];
  const routes = [routeTo('/', `s${index}`), ...shared, ...more];
  return manifests.ingressRoute(`a/r${index}`, { fqdn: `h${index}.com`, routes });
}

const child = (...services: readonly string[]) =>
  manifests.ingressRoute('a/child', {
    routes: services.map((name, index) => routeTo(`/child/${index}`, name)),
  });

world.settle(
  ...Array.from({ length: total }, (_, index) => applied(root(index))),
  ...Array.from({ length: total }, (_, index) => applied(manifests.service(`a/s${index}`))),
  applied(manifests.service('a/shared')),
  applied(child('s0')),
  applied(manifests.secret('a/unrelated', { 'tls.crt': 'x' })),
);

interface Costs {
  readonly built: number;
  readonly hosts: number;
  readonly verdicts: number;
}

const nothing: Costs = { built: 0, hosts: 0, verdicts: 0 };
const changed = (count: number, verdicts = 0): Costs => ({ built: count, hosts: count, verdicts });

const steps: readonly (readonly [name: string, event: ObjectEvent, costs: Costs])[] = [
  ['a route edit', applied(root(99, routeTo('/new', 's1'))), changed(1)],
  ['the same again', applied(root(99, routeTo('/new', 's1'))), nothing],
  [
    'our own status coming back',
    applied({ ...root(99, routeTo('/new', 's1')), status: { currentStatus: 'valid' } }),
    nothing,
  ],
  ['a route edit that breaks it', applied(root(99, routeTo('/new', 'none'))), changed(1, 1)],
  ['endpoints', applied(manifests.endpointSlice('a/e', 's99', ['10.0.0.1'])), nothing],
  ['an unrelated secret', applied(manifests.secret('a/unrelated', { 'tls.crt': 'y' })), nothing],
  ['a service that nobody uses', applied(manifests.service('a/unused')), nothing],
  ['a service that comes into being', applied(manifests.service('a/none')), changed(1, 1)],
  ['a service of one host', deleted(manifests.service('a/s7')), changed(1, 1)],
  [
    'a field of a shared service that its users do not show',
    applied(manifests.service('a/shared', { ports: [{ port: 80 }, { port: 81, name: 'x' }] })),
    { built: sharing, hosts: 0, verdicts: 0 },
  ],
  ['a shared service', deleted(manifests.service('a/shared')), changed(sharing, sharing)],
  ['a shared child', applied(child('s0', 's1')), changed(sharing)],
  ['a new host', applied(root(total)), changed(1, 1)],
  ['a host that goes', deleted(root(total)), changed(1, 1)],
  ['an orphan', applied(manifests.ingressRoute('a/orphan')), { built: 0, hosts: 0, verdicts: 1 }],
  [
    'a grant that nobody asks for: its own verdict',
    applied(manifests.certificateDelegation('a/g', 'x', ['*'])),
    { ...nothing, verdicts: 1 },
  ],
];

describe(`graph: costs of one change with ${total} hosts`, () => {
  test('loading builds each host once', () => assert.equal(world.graph.built, total));
  for (const [name, event, costs] of steps) {
    test(name, () => {
      const delta = world.settle(event);
      const found = { built: delta.built, hosts: delta.hosts.size, verdicts: delta.verdicts.size };
      assert.deepEqual(found, costs);
    });
  }
});
