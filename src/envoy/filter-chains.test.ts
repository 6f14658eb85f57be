// How the HTTPS listener follows the chains of single hosts and what Envoys say to them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import type { Resource } from '../xds/resource.ts';
import { createEncoder } from './encode.ts';
import { type ChangesSink, FilterChains, type HostChain } from './filter-chains.ts';

const encoder = createEncoder();
const base = encoder.piece(ListenerSchema, { name: 'ingress_https', filterChains: [{}] });

/** `revision` makes the content differ. */
function chain(host: string, revision = 0, clusters: readonly string[] = []): HostChain {
  const transportSocketConnectTimeout = { seconds: BigInt(revision) };
  const filterChains = [
    { name: host, filterChainMatch: { serverNames: [host] }, transportSocketConnectTimeout },
  ];
  return { ...encoder.piece(ListenerSchema, { filterChains }), clusters };
}

/** `a0 b1`: hosts and revisions of the chains in the listener, in order. */
const contents = ({ bytes }: Resource): string =>
  fromBinary(ListenerSchema, bytes)
    .filterChains.filter(({ name }) => name !== '')
    .map(({ name, transportSocketConnectTimeout }) => `${name}${transportSocketConnectTimeout?.seconds}`)
    .join(' ');

function createWorld() {
  const chains = new FilterChains(base);
  const listeners = new Map<string, Resource>();
  /** What `work` changed: `name: content`, or `-name`. */
  const run = (work: (to: ChangesSink) => unknown): readonly string[] => {
    const to: ChangesSink = { set: [], remove: [] };
    work(to);
    chains.settle(to);
    for (const { name } of to.remove) listeners.delete(name);
    for (const resource of to.set) listeners.set(resource.name, resource);
    return [
      ...to.set.map((resource) => `${resource.name}: ${contents(resource)}`),
      ...to.remove.map(({ name }) => `-${name}`),
    ];
  };
  const get = (name: string): Resource => {
    const found = listeners.get(name);
    assert.ok(found, `no listener ${name}`);
    return found;
  };
  return {
    chains,
    get,
    listeners,
    set: (...hosts: readonly (readonly [string, HostChain | undefined])[]) =>
      run((to) => {
        for (const [host, of] of hosts) chains.set(host, of, to);
      }),
    accept: (resource: Resource) => run((to) => chains.accepted(resource, to)),
    refuse: (resource: Resource) => run((to) => chains.refused(resource, to)),
  };
}

test('without chains the listener is what it would be without all this', () => {
  assert.deepEqual(createWorld().chains.listener.bytes, base.bytes);
});

test('chains stand by host, whatever the order in which they came; equal sets are equal versions', () => {
  const [one, two] = [createWorld(), createWorld()];
  assert.deepEqual(one.set(['b', chain('b')], ['a', chain('a')]), ['ingress_https: a0 b0']);
  two.set(['a', chain('a')]);
  two.set(['b', chain('b', 1)]);
  two.set(['b', chain('b')]);
  assert.equal(one.get('ingress_https').version, two.get('ingress_https').version);
  assert.deepEqual(one.get('ingress_https').bytes, two.get('ingress_https').bytes);
});

test('the same chain again is no change; one that goes leaves the others', () => {
  const world = createWorld();
  world.set(['a', chain('a')], ['b', chain('b')]);
  assert.deepEqual(world.set(['a', chain('a')], ['c', undefined]), []);
  assert.deepEqual(world.set(['a', undefined]), ['ingress_https: b0']);
});

test('the listener requires the clusters of its chains, each once', () => {
  const world = createWorld();
  world.set(['b', chain('b', 0, ['y', 'x'])], ['a', chain('a', 0, ['x'])]);
  assert.deepEqual(world.get('ingress_https').requires, ['x', 'y']);
});

test('bytes are put together when they are asked for, once', () => {
  const world = createWorld();
  world.set(['a', chain('a')]);
  assert.equal(world.get('ingress_https').bytes, world.get('ingress_https').bytes);
});

test('a refused listener: each chain that nobody has accepted is judged apart, and the bad one left out', () => {
  const world = createWorld();
  world.set(['known', chain('known')]);
  world.accept(world.get('ingress_https'));
  world.set(['bad', chain('bad')], ['good', chain('good')]);
  assert.deepEqual(world.refuse(world.get('ingress_https')), ['check/bad: bad0', 'check/good: good0']);
  assert.deepEqual(world.accept(world.get('check/good')), ['-check/good']);
  assert.equal(world.chains.state('bad'), 'waiting');
  assert.deepEqual(world.refuse(world.get('check/bad')), ['ingress_https: good0 known0']);
  assert.equal(world.chains.state('bad'), 'refused');
  assert.ok(world.listeners.has('check/bad'), 'it stays as the record of what was said');
});

test('while chains are judged the listener waits: clients may have those of the run before', () => {
  const world = createWorld();
  world.set(['a', chain('a')], ['b', chain('b')]);
  world.refuse(world.get('ingress_https'));
  assert.deepEqual(world.set(['c', chain('c')]), []);
  world.accept(world.get('check/a'));
  assert.deepEqual(world.refuse(world.get('check/b')), ['ingress_https: a0 c0']);
});

test('a host whose new chain is refused keeps the one before', () => {
  const world = createWorld();
  world.set(['a', chain('a')]);
  const first = world.get('ingress_https');
  world.accept(first);
  world.set(['a', chain('a', 1)]);
  world.refuse(world.get('ingress_https'));
  assert.deepEqual(world.refuse(world.get('check/a')), ['ingress_https: a0']);
  assert.equal(world.chains.state('a'), 'waiting', 'the one before may not be in use yet');
  assert.deepEqual(world.chains.inUse(first), ['a']);
  assert.equal(world.chains.state('a'), 'in use');
});

test('a host that was refused is judged apart when it changes, and holds nobody up', () => {
  const world = createWorld();
  world.set(['a', chain('a')]);
  world.refuse(world.get('ingress_https'));
  world.refuse(world.get('check/a'));
  assert.deepEqual(world.set(['a', chain('a', 1)], ['b', chain('b')]), ['check/a: a1', 'ingress_https: b0']);
  assert.deepEqual(world.accept(world.get('check/a')), ['ingress_https: a1 b0', '-check/a']);
});

test('a verdict that comes too late is about another chain', () => {
  const world = createWorld();
  world.set(['a', chain('a')]);
  world.refuse(world.get('ingress_https'));
  const late = world.get('check/a');
  world.set(['a', chain('a', 1)]);
  assert.deepEqual(world.accept(late), []);
  assert.deepEqual(world.refuse(late), []);
  assert.equal(world.chains.state('a'), 'waiting');
});

test('a refused host that goes takes its judging along', () => {
  const world = createWorld();
  world.set(['a', chain('a')]);
  world.refuse(world.get('ingress_https'));
  world.refuse(world.get('check/a'));
  assert.deepEqual(world.set(['a', undefined]), ['-check/a']);
  assert.equal(world.chains.state('a'), undefined);
});

test('a listener whose chains are all good alone stays as it is', () => {
  const world = createWorld();
  world.set(['a', chain('a')]);
  world.accept(world.get('ingress_https'));
  assert.deepEqual(world.refuse(world.get('ingress_https')), []);
});

test('in use are the chains of that version alone, once it is accepted', () => {
  const { chains, get, set, accept } = createWorld();
  set(['a', chain('a')]);
  const first = get('ingress_https');
  set(['b', chain('b')]);
  assert.deepEqual(chains.inUse(first), []);
  accept(first);
  assert.deepEqual([chains.state('a'), chains.state('b')], ['waiting', 'waiting']);
  assert.deepEqual(chains.inUse(first), ['a']);
  assert.deepEqual([chains.state('a'), chains.state('b')], ['in use', 'waiting']);
});

test('a chain that came back is in use when the listener that brought it back is', () => {
  const { chains, get, set, accept } = createWorld();
  set(['a', chain('a')]);
  const first = get('ingress_https');
  accept(first);
  set(['a', undefined]);
  set(['a', chain('a')]);
  assert.deepEqual(chains.inUse(first), []);
  assert.equal(chains.state('a'), 'waiting');
});
