// The graph alone, over builds that decide little: what is built when, and which verdicts are told when.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGraphWorld, type GraphWorld, type GraphWorldOptions, noting } from '../testing/graph-world.ts';
import * as manifests from '../testing/manifests.ts';
import { applied, delegateTo, deleted, routeTo } from '../testing/manifests.ts';
import { toyBuild, toyVerdict } from '../testing/toy-host.ts';

const toy = (more: GraphWorldOptions = {}): GraphWorld =>
  createGraphWorld({ graph: { buildHost: toyBuild, verdictOf: toyVerdict }, ...more });

const root = (name: string, ...routes: readonly manifests.Route[]) =>
  manifests.ingressRoute(`a/${name}`, { fqdn: `${name}.com`, routes });
const status = (world: GraphWorld, name: string) =>
  world.graph.verdicts().get(`IngressRoute/a/${name}`)?.currentStatus;
const oneHost = () => true;

describe('graph: turns', () => {
  test('each builds at least one host; those that a user edited come first', () => {
    const order: string[] = [];
    const world = toy({ graph: { buildHost: noting(toyBuild, order), verdictOf: toyVerdict } });
    const names = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
    world.settle(...names.map((name) => applied(root(name, routeTo('/', 's')))));
    order.length = 0;
    world.apply(applied(manifests.service('a/s')), applied(root('h4', routeTo('/x', 's'))));
    assert.equal(world.graph.rebuild(oneHost).built, 1);
    assert.deepEqual(order, ['h4.com']);
    assert.equal(world.graph.rebuild(oneHost).built, 1);
    while (world.graph.pending() > 0) world.graph.rebuild(oneHost);
    assert.deepEqual(order, ['h4.com', 'h1.com', 'h2.com', 'h3.com', 'h5.com', 'h6.com']);
  });

  test('constant editing does not stop the others', () => {
    const order: string[] = [];
    const world = toy({ graph: { buildHost: noting(toyBuild, order), verdictOf: toyVerdict } });
    world.settle(applied(root('h1', routeTo('/', 's'))), applied(root('h2')));
    order.length = 0;
    world.apply(applied(manifests.service('a/s')));
    for (let edit = 0; edit < 4; edit++) {
      world.apply(applied(root('h2', routeTo(`/${edit}`, 't'))));
      world.graph.rebuild(oneHost);
    }
    assert.deepEqual(order, ['h2.com', 'h2.com', 'h2.com', 'h1.com']);
  });

  test('a delta has the hosts and verdicts that differ, and no others', () => {
    const world = toy();
    const first = world.settle(
      applied(root('h1', routeTo('/', 's'))),
      applied(root('h2', routeTo('/', 's'))),
    );
    assert.deepEqual([...first.hosts.keys()], ['h1.com', 'h2.com']);
    assert.equal(status(world, 'h1'), 'invalid');
    const same = world.settle(applied(manifests.service('a/t')));
    assert.deepEqual(same, { hosts: new Map(), verdicts: new Map(), built: 0 });
    const moved = manifests.ingressRoute('a/h1', { fqdn: 'moved.com' });
    assert.deepEqual(
      [...world.settle(applied(moved)).hosts],
      [
        ['h1.com', undefined],
        ['moved.com', world.graph.hosts().get('moved.com')],
      ],
    );
    const gone = world.settle(deleted(moved));
    assert.deepEqual([...gone.hosts], [['moved.com', undefined]]);
    assert.deepEqual([...gone.verdicts], [['IngressRoute/a/h1', undefined]]);
  });

  test('an object in the place of another gets a verdict of its own, though it says the same', () => {
    const world = toy();
    const made = (name: string, uid: string, fqdn?: string) =>
      applied(
        manifests.ingressRoute(`a/${name}`, { ...(fqdn && { fqdn }), metadata: { uid, generation: 1 } }),
      );
    world.settle(made('h1', 'first', 'h1.com'), made('orphan', 'first'));
    const { verdicts } = world.settle(made('h1', 'second', 'h1.com'), made('orphan', 'second'));
    assert.deepEqual(
      [...verdicts].map(([key, verdict]) => [key, verdict?.uid]),
      [
        ['IngressRoute/a/h1', 'second'],
        ['IngressRoute/a/orphan', 'second'],
      ],
    );
  });
});

describe('graph: grants', () => {
  const builds: readonly (readonly [
    name: string,
    secret: string,
    targets: readonly string[],
    built: number,
  ])[] = [
    ['to all', 's', ['*'], 1],
    ['to the namespace', 's', ['a'], 1],
    ['to another namespace', 's', ['c'], 0],
    ['of another secret', 't', ['*'], 0],
  ];
  for (const [name, secret, targets, built] of builds) {
    test(`${name}: ${built} host is built when it is given and when it is taken`, () => {
      const world = toy();
      world.settle(applied(manifests.ingressRoute('a/h1', { fqdn: 'h1.com', secretName: 'b/s' })));
      const grant = manifests.certificateDelegation('b/g', secret, targets);
      assert.deepEqual(
        [world.settle(applied(grant)).built, world.settle(deleted(grant)).built],
        [built, built],
      );
    });
  }
});

describe('graph: verdicts', () => {
  test('none before every host is built once', () => {
    const world = toy();
    world.apply(applied(manifests.ingressRoute('a/child')), applied(root('h1')));
    world.apply(applied(root('h2', delegateTo('/', 'a/child'))));
    assert.equal(world.graph.rebuild(oneHost).verdicts.size, 0);
    while (world.graph.pending() > 0) {
      for (const verdict of world.graph.rebuild(oneHost).verdicts.values()) {
        assert.equal(verdict?.currentStatus, 'valid');
      }
    }
    assert.equal(world.graph.verdicts().size, 3);
  });

  test('wait for every host that has a say, and not for others', () => {
    const world = toy();
    world.settle(
      applied(root('h1', delegateTo('/', 'a/child'))),
      applied(root('h2', delegateTo('/', 'a/child'))),
      applied(manifests.ingressRoute('a/child', { routes: [routeTo('/', 's')] })),
    );
    world.apply(applied(manifests.service('a/s')), applied(root('h3')));
    const turns: string[][] = [];
    while (world.graph.pending() > 0) turns.push([...world.graph.rebuild(oneHost).verdicts.keys()]);
    assert.deepEqual(turns, [['IngressRoute/a/h3'], [], ['IngressRoute/a/child']]);
    assert.match(world.graph.verdicts().get('IngressRoute/a/child')?.description ?? '', /h1.*h2/);
  });

  test('one of an object that no host reads', () => {
    const world = toy();
    const lonely = manifests.ingressRoute('a/lonely');
    assert.equal(world.settle(applied(lonely)).built, 0);
    assert.equal(status(world, 'lonely'), 'orphaned');
    assert.equal(world.settle(applied(root('h1', delegateTo('/', 'a/lonely')))).built, 1);
    assert.equal(status(world, 'lonely'), 'valid');
    world.settle(applied(root('h1')));
    assert.equal(status(world, 'lonely'), 'orphaned');
  });
});

describe('graph: a secret that is unknown', () => {
  test('keeps the last build and its verdicts until the answer', () => {
    const known = new Set<string>(['b/old']);
    const absentSecret = (namespace: string, name: string) =>
      known.has(`${namespace}/${name}`) ? undefined : ('unknown' as const);
    const world = toy({ store: { absentSecret } });
    const tls = (secretName: string, ...routes: manifests.Route[]) =>
      manifests.ingressRoute('a/h1', { fqdn: 'h1.com', secretName, routes });
    const grants = ['old', 'new'].map((name) =>
      applied(manifests.certificateDelegation(`b/${name}`, name, ['a'])),
    );
    world.settle(...grants, applied(tls('b/old')));
    const before = world.graph.hosts().get('h1.com');
    const waiting = world.settle(applied(tls('b/new', routeTo('/', 's'))));
    assert.deepEqual([waiting.built, waiting.hosts.size, waiting.verdicts.size], [1, 0, 0]);
    assert.equal(world.graph.hosts().get('h1.com'), before);
    assert.equal(world.graph.pending(), 0);
    known.add('b/new');
    const answered = world.settle(deleted(manifests.secret('b/new')));
    assert.deepEqual([...answered.hosts.keys()], ['h1.com']);
    assert.equal(status(world, 'h1'), 'invalid');
  });

  test('keeps nothing of another owner: until the answer the host has no routes', () => {
    const world = createGraphWorld({ store: { absentSecret: () => 'unknown' } });
    const { graph } = world;
    const served = () => graph.hosts().get('h.com');
    const claim = (key: string, secretName: string) =>
      manifests.ingressRoute(key, {
        fqdn: 'h.com',
        ...(secretName !== '' && { secretName }),
        routes: [routeTo('/', 's')],
      });
    const next = claim('b/h', 'x');
    world.settle(applied(claim('a/h', '')), applied(next));
    const before = served();
    assert.deepEqual(before?.owners, ['IngressRoute/a/h']);
    world.settle(applied(claim('a/h', 'x')));
    assert.equal(served(), before, 'the owner is the same');
    const delta = world.settle(deleted(claim('a/h', 'x')));
    assert.deepEqual([...delta.hosts.keys()], ['h.com']);
    assert.deepEqual(served(), {
      host: 'h.com',
      http: [],
      https: { routes: [], certificate: undefined },
      owners: [],
    });
    assert.equal(world.settle(applied(next)).hosts.size, 0);
    world.settle(deleted(next));
    assert.equal(graph.size, 0);
  });
});

describe('graph: a refusal by Envoy', () => {
  test('is in the verdict of the owners, and goes with its lifting or the host', () => {
    const world = toy();
    world.settle(applied(root('h1')), applied(root('h2')));
    world.graph.refuse('h1.com', 'bad route');
    world.graph.refuse('nobody.com', 'bad route');
    assert.equal(world.graph.pending(), 1);
    const refused = world.settle();
    assert.deepEqual(
      [...refused.verdicts.values()].map((verdict) => verdict?.description),
      ['bad route'],
    );
    assert.deepEqual([refused.hosts.size, refused.built], [0, 0]);
    world.graph.refuse('h1.com', 'bad route');
    assert.equal(world.graph.pending(), 0);
    world.graph.refuse('h1.com', undefined);
    assert.equal(world.settle().verdicts.get('IngressRoute/a/h1')?.currentStatus, 'valid');
    world.graph.refuse('h1.com', 'again');
    world.settle(deleted(root('h1')));
    world.settle(applied(root('h1')));
    assert.equal(status(world, 'h1'), 'valid');
  });
});
