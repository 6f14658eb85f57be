// Random schedules of changes, messages, reconnects and restarts against model Envoys: whatever the order, nothing
// forbidden happens on the way and everybody ends with what the cache says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { candidatesOf, contentOf, resource, scope, secretLimit, urls } from './testing/content.ts';
import { type Client, World } from './testing/world.ts';

const scopeNames = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9'];
const clusterNames = ['c0', 'c1', 'c2', 'c3'];
const serverNames = ['a.com', 'A.com', 'x.a.com', 'y.a.com', 'z.a.com', 'X.a.com', 'b.com'];

const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('scope' as const),
      name: fc.constantFrom(...scopeNames),
      clusters: fc.uniqueArray(fc.constantFrom(...clusterNames), { maxLength: 2 }),
      bad: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      revision: fc.integer({ min: 0, max: 3 }),
    }),
  },
  fc.record({ kind: fc.constant('no scope' as const), name: fc.constantFrom(...scopeNames) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cluster' as const),
      name: fc.constantFrom(...clusterNames),
      endpoints: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
      slow: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      bad: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      revision: fc.integer({ min: 0, max: 2 }),
    }),
  },
  fc.record({ kind: fc.constant('no cluster' as const), name: fc.constantFrom(...clusterNames) }),
  fc.record({
    kind: fc.constantFrom('secret' as const, 'no secret' as const),
    name: fc.constantFrom('a.com', '*.a.com'),
    revision: fc.integer({ min: 0, max: 1 }),
  }),
);

const client = fc.integer({ min: 0, max: 1 });
const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constantFrom('pump' as const, 'deliver' as const, 'hear' as const),
      client,
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('exchange' as const),
      client,
      rounds: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('handshake' as const),
      client,
      name: fc.constantFrom(...serverNames),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), client }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(world: World, one: Change): void {
  switch (one.kind) {
    case 'scope':
      world.change([scope(one.name, { clusters: one.clusters, bad: one.bad, revision: one.revision })], []);
      return;
    case 'no scope':
      world.change([], [scope(one.name)]);
      return;
    case 'cluster': {
      const { slow, bad, revision } = one;
      const name = `${one.name}/eds`;
      const content = { slow, bad, revision, ...(one.endpoints ? { endpoints: name } : {}) };
      const endpoints = resource(urls.endpoints, name, { revision });
      const cluster = resource(urls.cluster, one.name, content);
      if (one.endpoints) world.change([cluster, endpoints], []);
      else world.change([cluster], [endpoints]);
      return;
    }
    case 'no cluster':
      world.change([], [resource(urls.cluster, one.name), resource(urls.endpoints, `${one.name}/eds`)]);
      return;
    case 'secret':
      world.change([resource(urls.secret, one.name, { revision: one.revision })], []);
      return;
    case 'no secret':
      world.change([], [resource(urls.secret, one.name)]);
      return;
  }
}

function perform(world: World, one: Step): void {
  const clientOf = (index: number): Client => world.clients[index]!;
  switch (one.kind) {
    case 'change':
      for (const each of one.changes) apply(world, each);
      return;
    case 'pump':
      world.pump(clientOf(one.client));
      return;
    case 'deliver':
      world.deliver(clientOf(one.client));
      return;
    case 'hear':
      world.hear(clientOf(one.client));
      return;
    case 'exchange':
      for (let round = 0; round < one.rounds; round += 1) {
        world.hear(clientOf(one.client));
        world.pump(clientOf(one.client));
        world.deliver(clientOf(one.client));
      }
      return;
    case 'handshake':
      clientOf(one.client).envoy.handshake(one.name);
      return;
    case 'reconnect':
      world.reconnect(clientOf(one.client));
      return;
    case 'restart':
      world.restart();
      return;
  }
}

function assertConverged(world: World, { envoy }: Client): void {
  const { cache } = world;
  assert.deepEqual(envoy.violations, []);
  const scopes = [...(envoy.live.get(urls.scope) ?? [])];
  const unknown = scopes.some(([name]) => cache.get(urls.scope, name) === undefined);
  const inUse = new Set(scopes.flatMap(([, { content }]) => content.clusters ?? []));
  for (const type of [urls.cluster, urls.listener, urls.scope]) {
    const live = envoy.live.get(type) ?? new Map();
    for (const name of cache.names(type)) {
      const wanted = cache.get(type, name);
      if (wanted !== undefined) assert.equal(live.get(name)?.version, wanted.version, `${type} ${name}`);
    }
    const names = new Set(cache.names(type));
    const extra = [...live.keys()].filter((name) => !names.has(name));
    const allowed = type === urls.cluster ? (name: string) => unknown || inUse.has(name) : () => false;
    assert.deepEqual(
      extra.filter((name) => !allowed(name)),
      [],
      `${type}: left over`,
    );
  }
  for (const [name, { content }] of envoy.live.get(urls.cluster) ?? []) {
    const endpoints =
      content.endpoints === undefined ? undefined : cache.get(urls.endpoints, content.endpoints);
    const has = envoy.live.get(urls.endpoints)?.get(endpoints?.name ?? '');
    if (endpoints !== undefined) assert.equal(has?.version, endpoints.version, `endpoints of ${name}`);
  }
  assertSecrets(world, envoy);
  assert.ok(envoy.live.get(urls.extension)?.has('wild'), 'the listeners open');
}

function assertSecrets({ cache }: World, envoy: Client['envoy']): void {
  const answered = new Map<string, number>();
  for (const [name, { version, content }] of envoy.live.get(urls.secret) ?? []) {
    const source = candidatesOf(name)
      .map((each) => cache.get(urls.secret, each))
      .find((each) => each);
    assert.equal(version, source?.version, `secret ${name}`);
    assert.equal(content.name, name);
    if (name !== source?.name) answered.set(source?.name ?? '', (answered.get(source?.name ?? '') ?? 0) + 1);
  }
  for (const [name, count] of answered) assert.ok(count <= secretLimit, `${count} names answered by ${name}`);
}

function assertCulprits({ cache }: World): void {
  const bad = [urls.cluster, urls.scope].flatMap((type) =>
    [...cache.names(type)].filter((name) => {
      const resource = cache.rejection(type, name)?.resource ?? cache.get(type, name);
      return resource !== undefined && contentOf(resource.bytes).bad === true;
    }),
  );
  const culprits = [...cache.rejections.values()].map(({ resource }) => resource.name);
  assert.deepEqual(culprits.sort(), bad.sort(), 'culprits are exactly the bad ones');
}

test('any schedule converges without a violation', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const world = new World(2);
      world.change([resource(urls.listener, 'http'), resource(urls.extension, 'wild')], []);
      for (const one of steps) perform(world, one);
      world.converge();
      for (const each of world.clients) assertConverged(world, each);
      assertCulprits(world);
    }),
    { numRuns: 400 },
  );
});
