// What comes with every write in a cluster and means nothing: no host is built and nothing is sent or written for it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawObject } from '../../store/events.ts';
import { createGraphWorld } from '../../testing/graph-world.ts';
import { applied } from '../../testing/manifests.ts';
import { edited, type Name, objects } from './testing/world.ts';

const noise: Readonly<Record<string, Parameters<typeof edited>[1]>> = {
  'the same again': {},
  'another resourceVersion': { metadata: { resourceVersion: '7' } },
  managedFields: { metadata: { managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }] } },
  'labels of tools': { metadata: { labels: { 'kubernetes.io/service-name': 'web', team: 'x' } } },
  'owners and finalizers': { metadata: { ownerReferences: [{ uid: 'x' }], finalizers: ['x/y'] } },
  'a status, be it our own coming back': {
    more: { status: { currentStatus: 'valid', description: 'x', conditions: [{ type: 'Valid' }] } },
  },
};

const unread = {
  'kubectl.kubernetes.io/last-applied-configuration': '{}',
  'contour.heptio.com.evil/ingress.class': 'other',
};
const annotated = ({ metadata }: RawObject) => ({
  metadata: { annotations: { ...Object(metadata).annotations, ...unread } },
});

const world = createGraphWorld();
world.settle(...Object.values(objects).map(applied));
const names = Object.keys(objects).filter((name): name is Name => name in objects);

function assertUnnoticed(event: (name: Name) => RawObject): void {
  for (const name of names) {
    assert.equal(world.store.apply(applied(event(name))), undefined, name);
    assert.equal(world.graph.pending(), 0, name);
  }
}

describe('means nothing to any kind of object', () => {
  for (const [what, parts] of Object.entries(noise))
    test(what, () => assertUnnoticed((name) => edited(name, parts)));
  test('annotations that are not read', () =>
    assertUnnoticed((name) => edited(name, annotated(objects[name]))));
});
