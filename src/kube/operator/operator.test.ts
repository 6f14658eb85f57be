import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import operatorPackage, { ResourceEventType } from '@dot-i/k8s-operator';
import { KubeConfig } from '@kubernetes/client-node';
import * as manifests from '../../testing/manifests.ts';
import { type Resource, resources } from '../resources.ts';
import { createSecretReferences } from '../secrets/source.ts';
import { apiError } from '../testing/fake-api.ts';
import { failing, type ReflectorWorld, reflectorWorld } from '../testing/reflector-world.ts';
import { ContourOperator, createOperator, type OperatorOptions } from './operator.ts';

const kubeConfig = new KubeConfig();
kubeConfig.loadFromClusterAndUser(
  { name: 'c', server: 'https://10.0.0.1:6443', skipTLSVerify: false },
  { name: 'u' },
);

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function optionsFor(world: ReflectorWorld, more: Partial<OperatorOptions> = {}) {
  const state = { synced: 0, named: [{ namespace: 'a', name: 'cert' }] };
  const secrets = createSecretReferences();
  const options: OperatorOptions = {
    ...world,
    kubeConfig,
    secrets,
    sink: {
      apply: world.deliver,
      synced: () => {
        state.synced++;
      },
    },
    isRead: () => true,
    namedSecrets: () => state.named,
    ...more,
  };
  return { options, state, secrets };
}

function start(world = reflectorWorld(), more: Partial<OperatorOptions> = {}) {
  const { options, state, secrets } = optionsFor(world, more);
  stops.push(world.stop);
  return { ...world, state, secrets, ended: createOperator(options).run(world.signal) };
}

function worldWithAll(): ReflectorWorld {
  const world = reflectorWorld();
  const objects = [
    manifests.ingressRoute('a/route', { fqdn: 'one.com', secretName: 'cert' }),
    manifests.certificateDelegation('a/grant', 'cert', ['b']),
    manifests.ingress('b/ingress', { hosts: { 'two.com': 's' } }),
    manifests.ingressClass('ours'),
    manifests.service('a/s'),
    manifests.endpointSlice('a/s-1', 's', ['10.0.0.1']),
    manifests.secret('a/cert', {}),
    manifests.secret('a/unused', {}),
  ];
  for (const object of objects) world.api.apply(object);
  return world;
}

const operations = ({ api }: Pick<ReflectorWorld, 'api'>, operation: string) =>
  api.requests.filter((request) => request.operation === operation).map(({ plural }) => plural);

describe('operator', () => {
  test('delivers every kind, Secrets after the kinds that name them, and then says so once', async () => {
    const world = worldWithAll();
    const { settle, mirror, state, api, ended, stop } = start(world);
    await settle();
    assert.deepEqual([...mirror.keys()].sort(), [
      'EndpointSlice a/s-1',
      'Ingress b/ingress',
      'IngressClass /ours',
      'IngressRoute a/route',
      'Secret a/cert',
      'Service a/s',
      'TLSCertificateDelegation a/grant',
    ]);
    assert.equal(state.synced, 1);
    assert.equal(operations(world, 'list').at(-1), 'secrets');
    api.delete(resources.services, { namespace: 'a', name: 's' });
    api.cut(apiError(410));
    await world.pass(5_000, 50);
    assert.ok(!mirror.has('Service a/s'));
    assert.equal(state.synced, 1);
    stop();
    await ended;
    assert.equal(api.watching, 0);
  });

  const others: readonly Resource[] = [resources.events, resources.pods, resources.nodes];
  for (const held of Object.values(resources).filter((resource) => !others.includes(resource))) {
    test(`is not synced before ${held.plural} are`, async () => {
      const world = worldWithAll();
      failing(world.api, `list ${held.plural}`, apiError(500), 8);
      const { settle, pass, state } = start(world);
      await settle();
      assert.equal(state.synced, 0);
      const beside: readonly Resource[] = [resources.services, resources.endpointSlices, resources.secrets];
      const early = operations(world, 'list').includes('secrets');
      assert.equal(early, beside.includes(held));
      await pass(20_000, 50);
      assert.equal(state.synced, 1);
    });
  }

  test('the objects of a page are one batch', async () => {
    const world = reflectorWorld();
    for (let i = 0; i < 20; i++) world.api.apply(manifests.service(`a/s${i}`));
    const { settle, batches } = start(world);
    await settle();
    assert.deepEqual(
      batches.map((batch) => `${batch.length} ${batch[0]?.object.kind}`),
      ['20 Service', '1 Secret'],
    );
  });

  test('with watched namespaces nothing else is read, and no IngressClass', async () => {
    const world = worldWithAll();
    const { settle, mirror, api, state } = start(world, { watchNamespaces: ['a', 'c', 'a'] });
    await settle();
    assert.ok(mirror.has('IngressRoute a/route') && !mirror.has('Ingress b/ingress'));
    assert.ok(api.requests.every(({ namespace }) => namespace === 'a' || namespace === 'c'));
    assert.ok(!operations(world, 'list').includes('ingressclasses'));
    assert.equal(operations(world, 'list').length, 2 * 6);
    assert.equal(state.synced, 1);
  });

  test('runs without CRDs', async () => {
    const world = worldWithAll();
    world.api.uninstall(resources.ingressRoutes);
    world.api.uninstall(resources.tlsCertificateDelegations);
    const { pass, state, lines } = start(world);
    await pass(9_000, 100);
    assert.equal(state.synced, 0);
    await pass(2_000, 100);
    assert.equal(state.synced, 1);
    assert.equal(lines.filter((line) => line.startsWith('info: the API server has no')).length, 2);
  });

  test('says every 10 s what it waits for, and why', async () => {
    const world = worldWithAll();
    failing(world.api, 'list ingresses', apiError(403));
    failing(world.api, 'list services', apiError(500));
    const { pass, lines, api } = start(world);
    await pass(21_000, 100);
    const told = lines.filter((line) => line.startsWith('warn: not ready'));
    assert.deepEqual(told, [
      'warn: not ready after 10 s, waiting for: ingresses.networking.k8s.io: answered 403; services: answered 500',
      told[0]?.replace('10 s', '20 s'),
    ]);
    api.faults.length = 0;
    await pass(30_000, 100);
    assert.equal(lines.filter((line) => line.startsWith('warn: not ready')).length, 2);
  });

  test('ends at once when it is stopped, also before it starts', async () => {
    const world = worldWithAll();
    world.api.faults.push(() => new Promise(() => {}));
    const running = start(world);
    await running.settle();
    running.stop();
    await running.ended;
    await createOperator(optionsFor(world).options).run(AbortSignal.abort());
  });

  test('what the sink throws ends it', async () => {
    const { ended, api } = start(worldWithAll(), {
      sink: {
        apply() {
          throw new Error('a mistake of ours');
        },
        synced() {},
      },
    });
    await assert.rejects(ended, /a mistake of ours/);
    assert.equal(api.watching, 0);
  });

  test("the user's default kubeconfig is not read, be it broken or not", async () => {
    const directory = await mkdtemp(join(tmpdir(), 'operator-'));
    const before = process.env.KUBECONFIG;
    try {
      process.env.KUBECONFIG = join(directory, 'broken');
      await writeFile(process.env.KUBECONFIG, '{ not yaml');
      const { settle, state } = start(worldWithAll());
      await settle();
      assert.equal(state.synced, 1);
      assert.throws(() => new KubeConfig().loadFromDefault());
    } finally {
      if (before === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before;
      await rm(directory, { recursive: true });
    }
  });
});

/** The framework's protected doors, as its own subclasses use them. */
class Opened extends ContourOperator {
  readonly doors = {
    setStatus: this.setResourceStatus.bind(this),
    patchStatus: this.patchResourceStatus.bind(this),
    finalizer: this.handleResourceFinalizer.bind(this),
    watch: this.watchResource.bind(this),
  };
}

describe('the framework', () => {
  const meta = {
    id: 'ingressroutes.contour.heptio.com/v1beta1',
    apiVersion: 'contour.heptio.com/v1beta1',
    kind: 'IngressRoute',
    namespace: 'a',
    name: 'route',
    resourceVersion: '1',
  };
  const open = (world: ReflectorWorld) => new Opened(optionsFor(world).options).doors;

  test('our operator is one of its', () => {
    assert.ok(new ContourOperator(optionsFor(reflectorWorld()).options) instanceof operatorPackage.default);
  });

  test('statuses are written through the API that we were given', async () => {
    const world = worldWithAll();
    const { setStatus, patchStatus } = open(world);
    assert.deepEqual(await setStatus(meta, { currentStatus: 'valid' }), { ...meta, resourceVersion: '9' });
    await patchStatus(meta, { currentStatus: 'invalid' });
    const [object] = world.api.objects(resources.ingressRoutes);
    assert.deepEqual(object?.status, { currentStatus: 'invalid' });
    await assert.rejects(setStatus({ ...meta, name: 'none' }, {}), { name: 'ApiError', code: 404 });
    await assert.rejects(
      setStatus({ ...meta, id: 'configmaps.v1' }, {}),
      /configmaps.v1 is not a kind that is read/,
    );
  });

  test('finalizers are refused', async () => {
    const [object = {}] = worldWithAll().api.objects(resources.ingressRoutes);
    const event = { type: ResourceEventType.Added, meta, object };
    await assert.rejects(
      open(reflectorWorld()).finalizer(event, 'x/y', async () => {}),
      /no finalizer is set/,
    );
  });

  test('a handler gets every event with its meta; one that fails is logged', async () => {
    const world = worldWithAll();
    stops.push(world.stop);
    const operator = new Opened(optionsFor(world).options);
    stops.push(() => operator.stop());
    const seen: unknown[] = [];
    await operator.doors.watch('contour.heptio.com', 'v1beta1', 'ingressroutes', async (event) => {
      seen.push([event.type, event.meta]);
      throw new Error('it is broken');
    });
    await world.settle();
    world.api.delete(resources.ingressRoutes, { namespace: 'a', name: 'route' });
    await world.settle();
    assert.deepEqual(seen, [
      ['MODIFIED', meta],
      ['DELETED', { ...meta, resourceVersion: '' }],
    ]);
    const line = `error: the handler of ${meta.id} failed for route: it is broken`;
    assert.deepEqual(world.lines, [line, line]);
  });
});
