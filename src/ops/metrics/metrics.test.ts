import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { ObjectCount } from './index.ts';
import { createMetrics, type Metrics } from './index.ts';

const xdsTypes = { cluster: 'type.googleapis.com/C', scope: 'type.googleapis.com/S' };
let objects: readonly ObjectCount[] = [];
let metrics: Metrics;
beforeEach(() => {
  objects = [];
  metrics = createMetrics({
    version: '1.2.3',
    xdsTypes,
    objects: () => objects,
    virtualHosts: () => objects.length,
  });
});

/** Every series that isn't zero, of metrics that begin so; buckets are left out. */
async function counted(prefix: string): Promise<string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter(
    (line) => line.startsWith(prefix) && !line.endsWith(' 0') && !line.includes('_bucket{'),
  );
}

describe('at the start', () => {
  test('only the version differs from zero', async () => {
    assert.deepEqual(await counted('contour_'), ['contour_build_info{version="1.2.3"} 1']);
  });

  test('every series is there', async () => {
    const before = seriesOf(await metrics.text());
    useAll(metrics);
    assert.deepEqual(seriesOf(await metrics.text()), before);
    assert.ok(before.length < 1_000);
  });
});

describe('objects', () => {
  test('are asked for at every scrape; counts of the same add up', async () => {
    objects = [
      { kind: 'Ingress', validity: 'valid', count: 2 },
      { kind: 'Ingress', validity: 'valid', count: 1 },
      { kind: 'IngressRoute', validity: 'orphaned', count: 4 },
      { kind: 'Secret', validity: 'none', count: 5 },
    ];
    assert.deepEqual(await counted('contour_objects'), [
      'contour_objects{kind="IngressRoute",validity="orphaned"} 4',
      'contour_objects{kind="Ingress",validity="valid"} 3',
      'contour_objects{kind="Secret",validity="none"} 5',
    ]);
    assert.deepEqual(await counted('contour_virtual_hosts'), ['contour_virtual_hosts 4']);
    objects = [];
    assert.deepEqual(await counted('contour_objects'), []);
  });

  test('a failure to count them is the asker’s, once', async () => {
    let fails = true;
    const failing = createMetrics({
      ...{ version: '', xdsTypes, virtualHosts: () => 0 },
      objects: () => (fails ? assert.fail('broken') : []),
    });
    await assert.rejects(failing.text(), /broken/);
    fails = false;
    assert.match(await failing.text(), /contour_objects/);
  });
});

test('turns and what is served', async () => {
  metrics.turn({ hosts: 3, ms: 2 });
  metrics.turn({ hosts: 0, ms: 6 });
  metrics.served({ host: 'a.com', kind: 'added', envoys: 2, ms: 12 });
  assert.deepEqual(await counted('contour_virtual_hosts_rebuilt'), ['contour_virtual_hosts_rebuilt_total 3']);
  assert.deepEqual(await counted('contour_build'), [
    'contour_build_info{version="1.2.3"} 1',
    'contour_build_duration_seconds_sum 0.008',
    'contour_build_duration_seconds_count 2',
  ]);
  assert.deepEqual(await counted('contour_change'), [
    'contour_change_served_duration_seconds_sum{change="added"} 0.012',
    'contour_change_served_duration_seconds_count{change="added"} 1',
  ]);
  assert.match(await metrics.text(), /duration_seconds_bucket\{le="0.015",change="added"\} 1/);
  assert.match(await metrics.text(), /duration_seconds_bucket\{le="0.01",change="added"\} 0/);
});

describe('xds', () => {
  test('connected Envoys, and those that owe an answer', async () => {
    const { xds } = metrics;
    xds.connected?.('node', 1);
    xds.connected?.('node', 2);
    xds.sent?.(xdsTypes.cluster, ['a'], 10, 1);
    xds.sent?.(xdsTypes.scope, ['a'], 10, 1);
    xds.sent?.(xdsTypes.scope, ['a'], 10, 2);
    const gauges = async () => (await counted('contour_xds_')).filter((line) => line.includes('_envoys'));
    assert.deepEqual(await gauges(), ['contour_xds_connected_envoys 2', 'contour_xds_waiting_envoys 2']);
    xds.acked?.(xdsTypes.cluster, ['a'], 1);
    xds.rejected?.(xdsTypes.scope, ['a'], 'no', 2);
    assert.deepEqual(await gauges(), ['contour_xds_connected_envoys 2', 'contour_xds_waiting_envoys 1']);
    xds.disconnected?.('node', 1);
    assert.deepEqual(await gauges(), ['contour_xds_connected_envoys 1']);
  });

  test('responses, their answers, and types that are not served', async () => {
    const { xds } = metrics;
    xds.sent?.(xdsTypes.cluster, ['a', 'b'], 100, 1);
    xds.sent?.(xdsTypes.cluster, ['c'], 11, 1);
    xds.sent?.('made-up"\n', ['c'], 1, 1);
    xds.acked?.(xdsTypes.cluster, ['a', 'b'], 1);
    xds.rejected?.(xdsTypes.cluster, ['c'], 'no', 1);
    xds.unknownType?.('made-up', 1);
    assert.deepEqual(await counted('contour_xds_'), [
      'contour_xds_responses_total{type="cluster"} 2',
      'contour_xds_responses_total{type="other"} 1',
      'contour_xds_resources_total{type="cluster"} 3',
      'contour_xds_resources_total{type="other"} 1',
      'contour_xds_response_bytes_total{type="cluster"} 111',
      'contour_xds_response_bytes_total{type="other"} 1',
      'contour_xds_acks_total{type="cluster"} 1',
      'contour_xds_nacks_total{type="cluster"} 1',
      'contour_xds_unknown_type_requests_total 1',
    ]);
  });
});

test('lists and watches', async () => {
  const { reflectors } = metrics;
  reflectors.listed?.('ingresses', 7, 250);
  reflectors.watchEnded?.('ingresses', 'expired');
  reflectors.failed?.('ingresses', 0);
  reflectors.failed?.('ingresses', 418);
  reflectors.failed?.('toasters', 403);
  reflectors.malformed?.('secrets');
  assert.deepEqual(
    (
      await Promise.all(['contour_list', 'contour_watch', 'contour_reflector', 'contour_malf'].map(counted))
    ).flat(),
    [
      'contour_list_duration_seconds_sum{resource="ingresses"} 0.25',
      'contour_list_duration_seconds_count{resource="ingresses"} 1',
      'contour_watch_ends_total{resource="ingresses",reason="expired"} 1',
      'contour_reflector_failures_total{resource="ingresses",code="0"} 1',
      'contour_reflector_failures_total{resource="ingresses",code="other"} 1',
      'contour_reflector_failures_total{resource="other",code="403"} 1',
      'contour_malformed_objects_total{resource="secrets"} 1',
    ],
  );
});

test('statuses and Events', async () => {
  const { statuses } = metrics;
  statuses.written?.('IngressRoute');
  statuses.unchanged?.('IngressRoute');
  statuses.conflict?.('IngressRoute');
  statuses.failed?.('IngressRoute', 500, false);
  statuses.failed?.('IngressRoute', 422, true);
  statuses.event?.('Ingress');
  statuses.waiting?.(7);
  assert.deepEqual((await Promise.all(['contour_status', 'contour_events'].map(counted))).flat(), [
    'contour_status_writes_total{kind="IngressRoute"} 1',
    'contour_status_unchanged_total{kind="IngressRoute"} 1',
    'contour_status_conflicts_total{kind="IngressRoute"} 1',
    'contour_status_given_up_total{kind="IngressRoute"} 1',
    'contour_status_failures_total{kind="IngressRoute",code="422"} 1',
    'contour_status_failures_total{kind="IngressRoute",code="500"} 1',
    'contour_status_queue_length 7',
    'contour_events_total{kind="Ingress"} 1',
  ]);
  statuses.waiting?.(0);
  assert.deepEqual(await counted('contour_status_queue'), []);
});

test('the process', async () => {
  const text = await metrics.text();
  const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  assert.ok(value('process_resident_memory_bytes') > 1e6);
  assert.ok(value('process_cpu_seconds_total') > 0);
  assert.ok(value('process_open_fds') > 2);
  assert.ok(value('process_max_fds') >= value('process_open_fds'));
  assert.ok(value('process_start_time_seconds') > 1.7e9);
  assert.ok(text.includes(`nodejs_version_info{version="${process.version}"} 1`));
  const again = await metrics.text();
  assert.equal(seriesOf(again).length, seriesOf(text).length);
});

/** Names and labels of all series. */
const seriesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/ \S+$/, ''));

/** Says everything that can be said, with values from outside that are made up. */
function useAll({ xds, reflectors, statuses, turn, served }: Metrics): void {
  for (const url of [...Object.values(xdsTypes), 'made-up']) {
    xds.connected?.('made-up', 1);
    xds.sent?.(url, ['x'], 1, 1);
    xds.acked?.(url, ['x'], 1);
    xds.rejected?.(url, ['x'], '', 1);
    xds.unknownType?.(url, 1);
  }
  for (const plural of ['services', '__proto__']) {
    reflectors.listed?.(plural, 1, 1);
    reflectors.malformed?.(plural);
    for (const end of ['closed', 'idle', 'expired', 'failed'] as const) reflectors.watchEnded?.(plural, end);
    for (const code of [0, 404, -1, Number.NaN]) reflectors.failed?.(plural, code);
  }
  for (const kind of ['Ingress', 'IngressRoute', 'constructor']) {
    statuses.written?.(kind);
    statuses.unchanged?.(kind);
    statuses.conflict?.(kind);
    statuses.failed?.(kind, 999, true);
    statuses.event?.(kind);
  }
  turn({ hosts: 1, ms: 1 });
  for (const kind of ['added', 'changed', 'removed'] as const) served({ host: '', kind, envoys: 1, ms: 1 });
}
