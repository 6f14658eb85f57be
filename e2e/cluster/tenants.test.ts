// Many teams in one cluster: paths delegated between their namespaces in any order, and a team that does everything
// wrong without anybody else noticing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../../src/testing/deadline.ts';
import { type ClusterWorld, ingressRoute, startClusterWorld } from './kit/index.ts';
import { wrongInAllWays } from './kit/wrong.ts';

let world: ClusterWorld;
const teams = Array.from({ length: 9 }, (_, index) => `team${index}`);
before(async () => {
  world = await startClusterWorld({ tenants: [...teams, 'wrong'] });
});
after(() => world?.close());

describe('a path is delegated to another namespace', () => {
  const child = ingressRoute('team1/cart', { '/cart': { service: 'two' } });
  const root = ingressRoute(
    'team0/shop',
    { '/': { service: 'one' }, '/cart': { delegate: 'team1/cart' } },
    { fqdn: 'shop.test' },
  );

  test('a child that comes first is orphaned and not served', async () => {
    await world.cluster.objects.apply(child);
    await world.status('team1/cart', 'orphaned');
    await world.answers({ host: 'shop.test', path: '/cart' }, 404);
  });

  test('with its root it is valid and served', async () => {
    await world.cluster.objects.apply(root);
    await world.answers({ host: 'shop.test', path: '/cart/1' }, 'two');
    await world.answers({ host: 'shop.test', path: '/other' }, 'one');
    await world.status('team1/cart', 'valid');
    await world.status('team0/shop', 'valid');
  });

  test("the child's team changes its path without the root's team", async () => {
    await world.cluster.objects.apply(ingressRoute('team1/cart', { '/cart': { service: 'one' } }));
    await world.answers({ host: 'shop.test', path: '/cart/1' }, 'one');
  });

  test('without its root it is orphaned again', async () => {
    await world.cluster.objects.remove(root);
    await world.status('team1/cart', 'orphaned');
    await world.answers({ host: 'shop.test', path: '/cart' }, 404);
  });
});

describe('ten namespaces', () => {
  const hosts = teams.map((team) => ({ host: `${team}.test` }));

  test('each serves its own host', async () => {
    await world.cluster.objects.apply(
      ...teams.map((team) =>
        ingressRoute(
          `${team}/root`,
          { '/': { service: 'one' }, '/two': { delegate: `${team}/two` } },
          { fqdn: `${team}.test` },
        ),
      ),
      ...teams.map((team) => ingressRoute(`${team}/two`, { '/two': { service: 'two' } })),
    );
    for (const team of teams) {
      await world.answers({ host: `${team}.test` }, 'one');
      await world.answers({ host: `${team}.test`, path: '/two' }, 'two');
      await Promise.all([world.status(`${team}/root`, 'valid'), world.status(`${team}/two`, 'valid')]);
    }
  });

  test('one does everything wrong: it is told so, and nobody else is changed or asked differently', async () => {
    const { objects } = world.cluster;
    const versions = async () =>
      (await objects.list('IngressRoute'))
        .filter(({ metadata }) => metadata.namespace !== 'wrong')
        .map(({ metadata }) => `${metadata.namespace}/${metadata.name} at ${metadata.resourceVersion}`);
    const before = await versions();
    const { mistakes, kept, others } = wrongInAllWays('wrong', 'team3');
    await objects.apply(...others, ...kept, ...mistakes.map(({ manifest }) => manifest));
    for (const { name, status } of mistakes) await world.status(`wrong/${name}`, status);
    await world.answers({ host: 'good.wrong.test' }, 'one');
    assert.deepEqual(await versions(), before);
    for (const { host } of hosts) {
      assert.equal((await world.ask({ host })).status, 200, host);
      assert.equal((await world.ask({ host, path: '/two' })).status, 200, host);
    }
    assert.equal((await world.health('/readyz')).status, 200);
  });

  test('and it repairs all by deleting it', async () => {
    const { objects, kubectl } = world.cluster;
    const before = (await objects.list('IngressRoute', 'team3')).map(
      ({ metadata }) => metadata.resourceVersion,
    );
    await kubectl(['delete', 'ingressroutes,ingresses', '--all', '-n', 'wrong']);
    await world.answers({ host: 'good.wrong.test' }, 404);
    await eventually(async () => {
      const now = await objects.list('IngressRoute', 'team3');
      assert.deepEqual(
        now.map(({ metadata }) => metadata.resourceVersion),
        before,
      );
    });
  });
});
