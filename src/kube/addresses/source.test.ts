// Addresses of Envoy by the objects of an API server in memory.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { RawObject } from '../../store/events.ts';
import { resources } from '../resources.ts';
import { apiError } from '../testing/fake-api.ts';
import { failing, type ReflectorWorld, reflectorWorld } from '../testing/reflector-world.ts';
import { shownAddress } from './address.ts';
import { type AddressPlace, createAddressSource } from './source.ts';
import { heldMs } from './steady.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const ofService: AddressPlace = { kind: 'service', namespace: 'edge', name: 'envoy' };
const ofNodes: AddressPlace = { kind: 'nodes', namespace: 'edge', selector: 'app=envoy' };

function service(name: string, ...ips: readonly string[]): RawObject {
  const metadata = { namespace: 'edge', name };
  const status = { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } };
  return { apiVersion: 'v1', kind: 'Service', metadata, status };
}

function pod(name: string, nodeName: string, { ready = 'True', app = 'envoy' } = {}): RawObject {
  const metadata = { namespace: 'edge', name, labels: { app } };
  const status = { conditions: [{ type: 'Ready', status: ready }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName }, status };
}

function node(name: string, address: string, more: object = {}): RawObject {
  const status = { addresses: [{ type: 'InternalIP', address }], ...more };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, status };
}

function start(place: AddressPlace, objects: readonly RawObject[], world: ReflectorWorld = reflectorWorld()) {
  for (const object of objects) world.api.apply(object);
  const told: string[] = [];
  stops.push(world.stop);
  const tell = (addresses: Parameters<Parameters<typeof createAddressSource>[0]['tell']>[0]) =>
    void told.push(addresses.map(shownAddress).join());
  const ended = createAddressSource({ ...world, place, tell }).run(world.signal);
  return { ...world, told, ended };
}

describe('of a Service', () => {
  test('are told at the start, and when they change', async () => {
    const { told, api, settle, pass, lines } = start(ofService, [service('envoy', '192.0.2.2', '192.0.2.1')]);
    await settle();
    assert.deepEqual(told, ['192.0.2.1,192.0.2.2']);
    api.apply(service('envoy', '192.0.2.3'));
    await pass(1_000);
    assert.deepEqual(told, ['192.0.2.1,192.0.2.2', '192.0.2.3']);
    api.apply({ ...service('envoy', '192.0.2.3'), spec: { other: true } });
    await pass(5_000, 100);
    assert.equal(told.length, 2);
    assert.deepEqual(lines, [
      'info: Ingresses show as their address: 192.0.2.1, 192.0.2.2',
      'info: Ingresses show as their address: 192.0.2.3',
    ]);
  });

  test('only that one is asked for, and no other counts', async () => {
    const { told, api, settle } = start(ofService, [service('other', '192.0.2.9')]);
    await settle();
    const asked = api.requests.map(({ namespace, options }) => [namespace, options?.fieldSelector]);
    assert.deepEqual(asked, Array(2).fill(['edge', 'metadata.name=envoy']));
    assert.deepEqual(told, []);
  });

  test('stay a while after it is gone, and what is wrong is said at once', async () => {
    const { told, api, settle, pass, lines } = start(ofService, [service('envoy', '192.0.2.1')]);
    await settle();
    api.delete(resources.services, { namespace: 'edge', name: 'envoy' });
    await pass(1_000);
    assert.equal(lines.at(-1), 'warn: there is no Service edge/envoy: Ingresses get no address from it');
    await pass(heldMs - 1_000, 1_000);
    assert.deepEqual(told, ['192.0.2.1']);
    await pass(2_000, 100);
    assert.deepEqual(told, ['192.0.2.1', '']);
    api.apply(service('envoy'));
    await pass(1_000);
    assert.match(lines.at(-1) ?? '', /^warn: Service edge\/envoy has no address: neither/);
    api.apply(service('envoy', '192.0.2.1'));
    await pass(1_000);
    assert.deepEqual(told, ['192.0.2.1', '', '192.0.2.1']);
  });

  test('are not known without permission, and it is said which is missing', async () => {
    const world = reflectorWorld();
    failing(world.api, 'list services', apiError(403), 4);
    const { told, pass, lines } = start(ofService, [service('envoy', '192.0.2.1')], world);
    await pass(200);
    assert.deepEqual(told, []);
    assert.match(lines[0] ?? '', /grant get, list and watch on services to .* by a Role in namespace edge;/);
    await pass(30_000, 100);
    assert.deepEqual(told, ['192.0.2.1']);
  });

  test('a stop ends it', async () => {
    const { ended, settle, stop, api } = start(ofService, [service('envoy', '192.0.2.1')]);
    await settle();
    stop();
    await ended;
    assert.equal(api.watching, 0);
  });
});

describe('of nodes', () => {
  const [n1, n2, n3] = [node('n1', '10.0.0.1'), node('n2', '10.0.0.2'), node('n3', '10.0.0.3')];

  test('are those with a ready Envoy, each once', async () => {
    const { told, settle } = start(ofNodes, [
      ...[n1, n2, n3],
      ...[pod('a', 'n1'), pod('b', 'n1'), pod('c', 'n2', { ready: 'False' }), pod('d', 'n3', { app: 'web' })],
    ]);
    await settle();
    assert.deepEqual(told, ['10.0.0.1']);
  });

  test('of a rollout nothing is told but what lasts', async () => {
    const { told, api, settle, pass } = start(ofNodes, [n1, n2, n3, pod('a', 'n1'), pod('b', 'n2')]);
    await settle();
    for (const [at, name, on] of [
      [1, 'a', 'n1'],
      [2, 'b', 'n2'],
    ] as const) {
      api.delete(resources.pods, { namespace: 'edge', name });
      await pass(heldMs / 2, 1_000);
      api.apply(pod(`${name}${at}`, on));
      await pass(heldMs, 1_000);
    }
    assert.deepEqual(told, ['10.0.0.1,10.0.0.2']);
    api.apply(pod('c', 'n3'));
    await pass(1_000);
    api.delete(resources.pods, { namespace: 'edge', name: 'a1' });
    await pass(heldMs + 2_000, 1_000);
    assert.deepEqual(told.slice(1), ['10.0.0.1,10.0.0.2,10.0.0.3', '10.0.0.2,10.0.0.3']);
  });

  test('changes without end are told all the same, together', async () => {
    const { told, api, settle, pass } = start(ofNodes, [n1, n2, n3, pod('a', 'n1')]);
    await settle();
    for (let at = 0; at < 4; at++) {
      api.apply(pod('b', at % 2 === 0 ? 'n2' : 'n3'));
      await pass(500);
    }
    assert.ok(told.length >= 2 && told.length <= 3, told.join(' '));
  });

  test('more than 16 are cut, always to the same, and that is said once', async () => {
    const nodes = Array.from({ length: 40 }, (_, at) => node(`n${at}`, `10.0.1.${100 + at}`));
    const pods = nodes.map((_, at) => pod(`p${at}`, `n${at}`));
    const { told, api, settle, pass, lines } = start(ofNodes, [...nodes, ...pods].reverse());
    await settle();
    assert.deepEqual(told, [Array.from({ length: 16 }, (_, at) => `10.0.1.${100 + at}`).join()]);
    api.delete(resources.pods, { namespace: 'edge', name: 'p39' });
    await pass(heldMs * 2, 1_000);
    assert.equal(told.length, 1);
    assert.equal(lines.filter((line) => line.includes('more than 16 addresses')).length, 1);
  });

  test('are not known before both kinds are, and the permission that is missing is a ClusterRole', async () => {
    const world = reflectorWorld();
    failing(world.api, 'list nodes', apiError(403));
    const { told, pass, lines } = start(ofNodes, [n1, pod('a', 'n1')], world);
    await pass(heldMs * 2, 1_000);
    assert.deepEqual(told, []);
    assert.match(lines.join(), /grant get, list and watch on nodes to our service account by a ClusterRole/);
  });

  test('without a ready pod there are none, and which labels were looked for is said', async () => {
    const { told, settle, lines } = start(ofNodes, [n1, pod('a', 'n1', { app: 'web' })]);
    await settle();
    assert.deepEqual(told, []);
    assert.match(lines.join(), /no pod in namespace edge with the labels app=envoy is ready/);
  });
});
