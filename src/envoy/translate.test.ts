// What a change encodes, sets and removes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterName, endpointsName } from './names.ts';
import {
  certificate,
  cluster,
  createWorld,
  forward,
  plainHost,
  route,
  slice,
  tlsHost,
} from './testing/fixtures.ts';

const [cart, blog] = [cluster('cart'), cluster('blog')];
const clusterTitle = (of: typeof cart) => `Cluster ${clusterName(of)}`;
const endpointsTitle = (of: typeof cart) => `ClusterLoadAssignment ${endpointsName(of)}`;
const both = (of: typeof cart) => [clusterTitle(of), endpointsTitle(of)];
const scope = (name: string) => `ScopedRouteConfiguration ${name}`;

/** 2,000 plain hosts over ten Services. */
function busyWorld() {
  const world = createWorld();
  const hosts = Array.from({ length: 2000 }, (_, index) =>
    plainHost(`h${index}.com`, route('/', forward(cluster(`s${index % 10}`)))),
  );
  assert.equal(world.serve(...hosts).encoded, 2000 + 10 * 2);
  return world;
}

test('a plain host is one scope; its clusters and their endpoints come with it', () => {
  const world = createWorld();
  const { set, remove, encoded } = world.serve(plainHost('a.com', route('/', forward(cart))));
  assert.deepEqual(set, [scope('http/a.com'), ...both(cart)]);
  assert.deepEqual([remove, encoded], [[], 3]);
});

test('a scope requires its clusters, a cluster is warmed by its endpoints', () => {
  const world = createWorld();
  world.serve(plainHost('a.com', route('/', forward(cart, { cluster: undefined, weight: 1 }))));
  assert.deepEqual(world.resources.get(scope('http/a.com'))?.requires, [clusterName(cart)]);
  assert.equal(world.resources.get(clusterTitle(cart))?.warmedBy, endpointsName(cart));
});

test('a TLS host is two scopes and a secret', () => {
  const world = createWorld();
  const { set } = world.serve(tlsHost('a.com', certificate('1'), route('/', forward(cart))));
  assert.deepEqual(set, [scope('http/a.com'), scope('https/a.com'), 'Secret a.com', ...both(cart)]);
});

test('a route edit of one host among 2,000 encodes one resource', () => {
  const edited = plainHost(
    'h7.com',
    route('/new', forward(cluster('s7'))),
    route('/', forward(cluster('s7'))),
  );
  assert.deepEqual(busyWorld().serve(edited), { set: [scope('http/h7.com')], remove: [], encoded: 1 });
});

test('a change of endpoints among 2,000 hosts encodes one resource', () => {
  const world = busyWorld();
  world.slices.set('shop/s3', [slice('s3', ['10.0.0.1'])]);
  assert.deepEqual(world.endpoints('shop/s3'), {
    set: [endpointsTitle(cluster('s3'))],
    remove: [],
    encoded: 1,
  });
  assert.deepEqual(world.endpoints('shop/s3').set, [], 'the same again is no change');
  assert.equal(world.endpoints('shop/unused', 'other/s3').encoded, 0);
});

test('a route edit of a TLS host leaves its secret alone; a new certificate is a new secret', () => {
  const world = createWorld();
  world.serve(tlsHost('a.com', certificate('1'), route('/', forward(cart))));
  const edit = world.serve(tlsHost('a.com', certificate('1'), route('/x', forward(cart))));
  assert.deepEqual(edit, { set: [scope('https/a.com')], remove: [], encoded: 1 });
  const rotation = world.serve(tlsHost('a.com', certificate('2'), route('/x', forward(cart))));
  assert.ok(rotation.set.includes('Secret a.com'));
});

test('equal hosts have equal versions', () => {
  const [one, two] = [createWorld(), createWorld()];
  for (const world of [one, two]) {
    world.serve(tlsHost('a.com', certificate('1'), route('/', forward(cart, blog))));
  }
  const versions = (world: typeof one) => [...world.resources.values()].map(({ version }) => version);
  assert.deepEqual(versions(one), versions(two));
});

test('a host that goes takes its scopes, its secret and what only it used', () => {
  const world = createWorld();
  world.serve(
    tlsHost('a.com', certificate('1'), route('/', forward(cart, blog))),
    plainHost('b.com', route('/', forward(blog))),
  );
  world.drop('a.com');
  assert.deepEqual(world.titles(), [...both(blog), scope('http/b.com')].sort());
  assert.deepEqual(world.drop('a.com', 'never.com'), { set: [], remove: [], encoded: 0 });
  world.drop('b.com');
  assert.deepEqual(world.titles(), []);
});

test('a host that is no longer served over TLS, or in plain, loses that scope', () => {
  const world = createWorld();
  world.serve(tlsHost('a.com', certificate('1'), route('/', forward(cart))));
  const { remove } = world.serve(plainHost('a.com', route('/', forward(cart))));
  assert.deepEqual(remove, [scope('https/a.com'), 'Secret a.com']);
  world.serve({ ...plainHost('a.com'), http: undefined });
  assert.deepEqual(world.titles(), []);
});

test('a cluster that goes to another host in one turn is neither removed nor encoded', () => {
  const world = createWorld();
  world.serve(plainHost('a.com', route('/', forward(cart))), plainHost('b.com', route('/', forward(blog))));
  const swap = world.serve(
    plainHost('a.com', route('/', forward(blog))),
    plainHost('b.com', route('/', forward(cart))),
  );
  assert.deepEqual(swap, { set: [scope('http/a.com'), scope('http/b.com')], remove: [], encoded: 2 });
});

test('clusters of the last good version stay until a later one is accepted', () => {
  const world = createWorld();
  world.serve(plainHost('a.com', route('/', forward(cart))));
  world.keep('http/a.com', clusterName(cart));
  assert.deepEqual(world.serve(plainHost('a.com', route('/', forward(blog)))).remove, []);
  assert.deepEqual(world.keep('http/a.com', clusterName(blog)).remove, both(cart));
});

test('an acceptance that comes late brings back the clusters of its version', () => {
  const world = createWorld();
  world.serve(plainHost('a.com', route('/', forward(cart))));
  world.serve(plainHost('a.com', route('/', forward(blog))));
  assert.deepEqual(world.keep('http/a.com', clusterName(cart)).set, both(cart));
});

test('an acceptance of a scope that is gone keeps nothing', () => {
  const world = createWorld();
  world.serve(plainHost('a.com', route('/', forward(cart))));
  world.keep('http/a.com', clusterName(cart));
  world.drop('a.com');
  assert.deepEqual(world.keep('http/a.com', clusterName(cart)), { set: [], remove: [], encoded: 0 });
  assert.deepEqual(world.titles(), []);
});
