// Hosts share what a route came to, as long as the same Services stand behind it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delegate, ingressRoute, route, service } from '../../testing/objects.ts';
import { defaultSettings, viewOf } from '../../testing/view.ts';
import { buildHost, createMemory } from '../host.ts';
import type { KubernetesObject } from '../objects.ts';
import type { DependencyKey } from '../view.ts';

const child = ingressRoute('a/child', { routes: [route('/', 'web:80 missing:80')] });
const roots = ['one', 'two'].map((name) =>
  ingressRoute(`a/${name}`, { fqdn: `${name}.com`, routes: [delegate('/', 'child')] }),
);

function worldOf(services: readonly KubernetesObject[]) {
  const memory = createMemory();
  let view = viewOf([...roots, child, ...services]);
  return {
    built: (name: string) => buildHost(view, defaultSettings, `${name}.com`, memory),
    now: (...others: readonly KubernetesObject[]) => {
      view = viewOf([...roots, child, ...others]);
    },
    readsOf: (key: DependencyKey) => view.reads.get(key) ?? 0,
  };
}

const problemsOf = ({ reports }: ReturnType<typeof buildHost>) =>
  reports.get('IngressRoute/a/child')?.own.map(({ code }) => code);

test('two hosts have one and the same action, and both read the Services', () => {
  const world = worldOf([service('a/web')]);
  const first = world.built('one');
  const reads = world.readsOf('Service/a/missing');
  const second = world.built('two');
  const [one, two] = [first, second].map(({ host }) => host?.http?.[0]?.action);
  assert.ok(one);
  assert.equal(one, two);
  assert.ok(world.readsOf('Service/a/missing') > reads);
  assert.deepEqual(problemsOf(second), ['ServiceMissing']);
});

test('a Service that comes, changes or goes makes the outcome anew, as without memory', () => {
  const world = worldOf([service('a/web')]);
  world.built('one');
  for (const services of [
    [service('a/web'), service('a/missing')],
    [service('a/web', 81), service('a/missing')],
    [service('a/missing')],
    [],
  ]) {
    world.now(...services);
    const fresh = worldOf(services).built('one');
    const remembered = world.built('one');
    assert.deepEqual(remembered.host, fresh.host);
    assert.deepEqual(problemsOf(remembered), problemsOf(fresh));
  }
});
