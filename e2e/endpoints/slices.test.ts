// EndpointSlices in all shapes that the API has, and who then answers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { outcome } from '../kit/entrance.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import type { Manifest } from '../kit/manifests.ts';
import { root, routeTo } from '../routes/kit.ts';
import { at, draining, ending, ready, serviceOf, sliceOf, starting } from './kit.ts';

let backends: ReadonlyMap<string, Backend>;
let world: InProcess;
before(async () => {
  const started = ['a', 'b', 'c', 'd'].map((name) => startBackend(name));
  const all = await Promise.all([...started, startBackend('six', '::1')]);
  backends = new Map(all.map((backend) => [backend.name, backend]));
  world = await startInProcess([]);
});
after(async () => {
  await world?.close();
  await Promise.all([...(backends?.values() ?? [])].map((backend) => backend.close()));
});

/** The ports of a slice whose endpoints are this backend. */
const portsOf = (backend: string, port: object = {}) => [{ port: backends.get(backend)?.port, ...port }];
const here = at('127.0.0.1');
/** A slice of one endpoint, which is in these conditions. */
const one = (name: string, backend: string, conditions: object = ready): Manifest =>
  sliceOf({ name, ports: portsOf(backend), endpoints: [at('127.0.0.1', conditions)] });
const serve = (name: string, ...slices: readonly Manifest[]) =>
  world.apply(serviceOf(name, [{ port: 80 }]), ...slices, root(name, `${name}.test`, [routeTo('/', name)]));
const remove = (object: Manifest) => world.pipeline.sink.apply([{ type: 'deleted', object }]);

/** Everything that answers; round robin reaches all endpoints within so many requests. */
async function answering(name: string, path = '/'): Promise<readonly (string | number)[]> {
  const found = new Set<string | number>();
  for (let index = 0; index < 12; index++) {
    found.add(outcome(await ask({ port: world.port, host: `${name}.test`, path })));
  }
  return [...found].sort();
}
const answers = (name: string, expected: readonly (string | number)[], path?: string) =>
  eventually(async () => assert.deepEqual(await answering(name, path), expected));

test('several slices are one set', async () => {
  serve('merged', one('merged-1', 'a'), one('merged-2', 'b'), one('merged-3', 'c'), one('merged-4', 'a'));
  await answers('merged', ['a', 'b', 'c']);
  remove(one('merged-1', 'a'));
  remove(one('merged-2', 'b'));
  await answers('merged', ['a', 'c']);
});

test('ready ones first, then those that serve while they terminate, then nobody', async () => {
  serve('turns', one('turns-1', 'a', ready), one('turns-2', 'b', draining), one('turns-3', 'c', starting));
  await answers('turns', ['a']);
  world.apply(one('turns-1', 'a', draining));
  await answers('turns', ['a', 'b']);
  world.apply(one('turns-1', 'a', ending));
  await answers('turns', ['b']);
  world.apply(one('turns-2', 'b', ending));
  await answers('turns', [503]);
  world.apply(one('turns-3', 'c', ready));
  await answers('turns', ['c']);
});

test('conditions that are not given are those of a healthy endpoint', async () => {
  serve(
    'plain',
    sliceOf({ name: 'plain-1', ports: portsOf('a'), endpoints: [here] }),
    one('plain-2', 'b', {}),
  );
  await answers('plain', ['a', 'b']);
});

test('a Service with nobody behind it answers 503, whatever nobody looks like', async () => {
  const empty = { name: 'nobody-1', ports: portsOf('a'), endpoints: [here] };
  serve('nobody');
  await answers('nobody', [503]);
  const shapes: readonly Manifest[] = [
    sliceOf({ ...empty, endpoints: [] }),
    sliceOf({ ...empty, endpoints: [{ addresses: [] }] }),
    sliceOf({ ...empty, ports: [] }),
    sliceOf({ ...empty, ports: [{ name: '' }] }),
    sliceOf({ ...empty, ports: portsOf('a', { protocol: 'UDP' }) }),
    sliceOf({ ...empty, addressType: 'FQDN', endpoints: [at('localhost')] }),
    one('nobody-1', 'a', starting),
  ];
  for (const shape of shapes) {
    world.apply(one('nobody-1', 'a'));
    await answers('nobody', ['a']);
    world.apply(shape);
    await answers('nobody', [503]);
  }
});

test('both address families at once, and one alone', async () => {
  const six = { name: 'dual-6', addressType: 'IPv6', ports: portsOf('six') };
  serve('dual', one('dual-4', 'a'), sliceOf({ ...six, endpoints: [at('::1')] }));
  await answers('dual', ['a', 'six']);
  remove(one('dual-4', 'a'));
  await answers('dual', ['six']);
  world.apply(one('dual-4', 'a'), sliceOf({ ...six, endpoints: [at('::1', draining)] }));
  await answers('dual', ['a']);
});

test('ports are kept apart by their names, and a port without a name from those with one', async () => {
  const endpoints = [here];
  const admin = { name: 'admin', port: backends.get('b')?.port };
  const [web] = portsOf('a', { name: 'web' });
  world.apply(
    serviceOf('named', [
      { name: 'web', port: 80 },
      { name: 'admin', port: 81 },
      { name: 'none', port: 82 },
    ]),
    sliceOf({ name: 'named-1', ports: [web ?? {}, admin], endpoints }),
    sliceOf({ name: 'named-2', ports: portsOf('c'), endpoints }),
    root('named', 'named.test', [
      routeTo('/', 'named'),
      routeTo('/admin', 'named', { port: 81 }),
      routeTo('/none', 'named', { port: 82 }),
    ]),
  );
  serve(
    'unnamed',
    sliceOf({ name: 'unnamed-1', ports: portsOf('a', { name: 'web' }), endpoints }),
    sliceOf({ name: 'unnamed-2', ports: portsOf('d', { name: '' }), endpoints }),
  );
  await answers('named', ['a']);
  await answers('named', ['b'], '/admin');
  await answers('named', [503], '/none');
  await answers('unnamed', ['d']);
});

test('of a headless Service the ports of its slices, not its own', async () => {
  const headless = { clusterIP: 'None', selector: { app: 'x' } };
  world.apply(
    serviceOf('headless', [{ name: 'http', port: 80, targetPort: 'pod-port' }], headless),
    sliceOf({
      name: 'headless-1',
      ports: portsOf('a', { name: 'http', protocol: 'TCP' }),
      endpoints: [{ ...here, conditions: ready }],
    }),
    sliceOf({ name: 'headless-2', ports: portsOf('b', { name: 'http' }), endpoints: [here] }),
    root('headless', 'headless.test', [routeTo('/', 'headless')]),
  );
  await answers('headless', ['a', 'b']);
});

test('a slice whose label moves takes its endpoints to the other Service', async () => {
  const slice = { name: 'moving', ports: portsOf('b'), endpoints: [here] };
  serve('from', one('from-1', 'a'), sliceOf({ ...slice, service: 'from' }));
  serve('to');
  await answers('from', ['a', 'b']);
  await answers('to', [503]);
  world.apply(sliceOf({ ...slice, service: 'to' }));
  await answers('from', ['a']);
  await answers('to', ['b']);
});

test('a Service that is deleted answers 503 though its slices are still there', async () => {
  const service = serviceOf('gone', [{ port: 80 }]);
  serve('gone', one('gone-1', 'a'));
  await answers('gone', ['a']);
  remove(service);
  await answers('gone', [503]);
  world.apply(service);
  await answers('gone', ['a']);
});

test('what changes no set of endpoints sends Envoy nothing', async () => {
  serve('quiet', one('quiet-1', 'a'), one('quiet-2', 'b', starting));
  serve('loud', one('loud-1', 'a'));
  await answers('quiet', ['a']);
  await answers('loud', ['a']);
  const before = world.control.sent.length;
  const events = [
    one('quiet-2', 'b', { ...starting, serving: true }),
    one('quiet-2', 'b', draining),
    one('quiet-2', 'b', ending),
    one('quiet-3', 'a'),
    sliceOf({ name: 'quiet-4', ports: portsOf('a', { name: 'other' }), endpoints: [here] }),
    sliceOf({ name: 'stray-1', ports: portsOf('a'), endpoints: [here] }),
    one('loud-1', 'b'),
  ];
  for (const event of events) world.apply(event);
  await answers('loud', ['b']);
  const sent = world.control.sent.slice(before);
  assert.equal(sent.length, 1, String(sent));
  assert.match(sent[0] ?? '', /^ClusterLoadAssignment e2e\/loud\//);
});
