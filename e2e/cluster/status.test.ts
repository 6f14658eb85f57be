// What users and machines are told: statuses and Events by kubectl, health and metrics, and what a restart changes of
// it: nothing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually, withDeadline } from '../../src/testing/deadline.ts';
import { type ClusterWorld, ingressRoute, rows, startClusterWorld } from './kit/index.ts';

let world: ClusterWorld;
const toOne = { '/': { service: 'one' } };
const edited = (service: string) =>
  ingressRoute('shop/edited', { '/': { service } }, { fqdn: 'edited.test' });
before(async () => {
  const routes = ['a', 'b', 'c'].map((name) => ingressRoute(`shop/${name}`, toOne, { fqdn: `${name}.test` }));
  const objects = [...routes, edited('one'), ingressRoute('shop/lost', toOne)];
  world = await startClusterWorld({ tenants: ['shop'], objects });
});
after(() => world?.close());

const kubectl = (...args: string[]) => world.cluster.kubectl([...args, '-n', 'shop']);
const metric = async (name: string): Promise<number> => {
  const { body } = await world.health('/metrics');
  const line = body.split('\n').find((text) => text.startsWith(`${name} `));
  assert.ok(line !== undefined, `no ${name} in\n${body}`);
  return Number(line.slice(name.length + 1));
};

describe('by kubectl a user', () => {
  test('waits until a route is valid', async () => {
    const line = await kubectl('wait', '--for=condition=Valid', 'ingressroute/edited', '--timeout=20s');
    assert.equal(line, 'ingressroute.contour.heptio.com/edited condition met\n');
  });

  test('sees at once what an edit has broken, and that its repair was taken', async () => {
    await world.cluster.objects.apply(edited('nowhere'));
    await world.status('shop/edited', 'invalid');
    await kubectl('wait', '--for=condition=Valid=False', 'ingressroute/edited', '--timeout=20s');
    await world.cluster.objects.apply(edited('two'));
    await world.status('shop/edited', 'valid');
  });

  test('sees Events of both, in the list and with the object', async () => {
    await eventually(async () => {
      const events = rows(await kubectl('get', 'events')).filter(
        (row) => row.get('OBJECT') === 'ingressroute/edited',
      );
      assert.deepEqual(events.map((row) => row.get('TYPE')).sort(), ['Normal', 'Warning']);
      const warning = events.find((row) => row.get('TYPE') === 'Warning');
      assert.match(warning?.get('MESSAGE') ?? '', /nowhere:80/);
      assert.equal(warning?.get('REASON'), 'ServiceMissing');
    });
    assert.match(await kubectl('describe', 'ingressroute', 'edited'), /^ +Warning +ServiceMissing /m);
  });

  test('finds the lost ones among all', async () => {
    await world.status('shop/lost', 'orphaned');
    const table = rows(await world.cluster.kubectl(['get', 'ingressroutes.contour.heptio.com', '-A']));
    const statuses = table.map((row) => `${row.get('NAME')} ${row.get('FQDN')} ${row.get('STATUS')}`);
    assert.deepEqual(statuses, [
      ...['a a.test valid', 'b b.test valid', 'c c.test valid', 'edited edited.test valid'],
      'lost  orphaned',
    ]);
  });
});

describe('machines', () => {
  test('are told that it lives and is ready', async () => {
    assert.deepEqual(await world.health('/healthz'), { status: 200, body: 'ok\n' });
    assert.deepEqual(await world.health('/readyz'), { status: 200, body: 'ok\n' });
  });

  test('count objects, Envoys and writes', async () => {
    assert.equal(await metric('contour_objects{kind="IngressRoute",validity="valid"}'), 4);
    assert.equal(await metric('contour_objects{kind="IngressRoute",validity="orphaned"}'), 1);
    assert.equal(await metric('contour_xds_connected_envoys'), 1);
    assert.ok((await metric('contour_status_writes_total{kind="IngressRoute"}')) >= 7);
    assert.equal(await metric('contour_reflector_failures_total{resource="ingressroutes",code="403"}'), 0);
  });
});

describe('a restart', () => {
  test('SIGTERM ends contour in order, within 5 seconds', async () => {
    const code = await withDeadline(world.contour().end('SIGTERM'), 5_000, 'contour ends');
    assert.equal(code, 0, world.contour().output());
    await world.answers({ host: 'a.test' }, 'one');
  });

  test('writes no status again', async () => {
    const versions = async () => {
      const routes = await world.cluster.objects.list('IngressRoute');
      return routes.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
    };
    const before = await versions();
    await world.restartContour();
    await world.ready();
    await eventually(async () => {
      assert.equal(await metric('contour_status_unchanged_total{kind="IngressRoute"}'), 5);
      assert.equal(await metric('contour_status_queue_length'), 0);
    });
    assert.equal(await metric('contour_status_writes_total{kind="IngressRoute"}'), 0);
    assert.deepEqual(await versions(), before);
    await world.cluster.objects.apply(edited('nowhere'));
    await world.status('shop/edited', 'invalid');
  });

  test('tells what changed meanwhile', async () => {
    await world.contour().end('SIGKILL');
    await world.cluster.objects.apply(edited('one'));
    await world.restartContour();
    await world.status('shop/edited', 'valid');
    await world.answers({ host: 'edited.test' }, 'one');
  });
});
