// What one change costs with 2,000 hosts loaded, from the object to what an Envoy is sent: counts, not times.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { resolveTranslate } from '../config/translate.ts';
import type { Verdict } from '../dag/model.ts';
import { createPipeline, type Pipeline } from '../pipeline.ts';
import { systemClock } from '../runtime/clock.ts';
import type { RawObject } from '../store/events.ts';
import { selfSigned } from '../testing/certificates.ts';
import { eventually } from '../testing/deadline.ts';
import {
  applied,
  deleted,
  endpointSlice,
  ingressRoute,
  routeTo,
  secret,
  service,
} from '../testing/manifests.ts';
import { WillingClient } from '../testing/willing-client.ts';

const hostCount = 2_000;
const name = (index: number) => `h${index}`;

/** An IngressRoute of one host; every tenth is served over TLS. */
function root(index: number, paths: readonly string[] = ['/'], status: object = {}): RawObject {
  const tls = index % 10 === 0 ? { secretName: name(index) } : {};
  const routes = paths.map((path) => routeTo(path, name(index)));
  return { ...ingressRoute(name(index), { fqdn: `${name(index)}.example.com`, ...tls, routes }), ...status };
}

const slice = (index: number, address: string) => endpointSlice(name(index), name(index), [address]);

describe(`one change among ${hostCount} hosts`, () => {
  let pipeline: Pipeline;
  let client: WillingClient;
  let statuses = 0;
  let keyPair: { readonly certificate: string; readonly key: string };

  const certificate = (at: string, pair = keyPair) =>
    secret(at, { 'tls.crt': pair.certificate, 'tls.key': pair.key });

  before(async () => {
    keyPair = await selfSigned('*.example.com');
    const settings = resolveTranslate({ flags: new Map(), readConfigFile: () => '' });
    assert.ok(settings.ok);
    pipeline = createPipeline(settings.value.outcome, systemClock, {
      verdicts: (changed: ReadonlyMap<string, Verdict | undefined>) => {
        statuses += changed.size;
      },
    });
    for (let i = 0; i < hostCount; i++) {
      const objects = [root(i), service(name(i)), slice(i, '10.0.0.1')];
      if (i % 10 === 0) objects.push(certificate(name(i)));
      pipeline.sink.apply(objects.map(applied));
    }
    pipeline.sink.synced();
    await eventually(() => assert.ok(pipeline.cache.open), { within: 60_000 });
    client = new WillingClient(pipeline.cache);
    client.take();
    await settled();
  });

  /** Acceptances reach the pipeline a turn later. */
  async function settled(): Promise<void> {
    await new Promise<void>((resolve) => systemClock.soon(() => systemClock.soon(resolve)));
    client.take();
  }

  interface Cost {
    readonly built: number;
    readonly encoded: number;
    readonly statuses: number;
    readonly sent: readonly string[];
  }

  async function costOf(change: () => void): Promise<Cost> {
    await settled();
    const start = { built: pipeline.graph.built, encoded: pipeline.translator.counters.encoded, statuses };
    change();
    const sent = [...client.take()];
    await new Promise<void>((resolve) => systemClock.soon(() => systemClock.soon(resolve)));
    sent.push(...client.take());
    return {
      built: pipeline.graph.built - start.built,
      encoded: pipeline.translator.counters.encoded - start.encoded,
      statuses: statuses - start.statuses,
      sent,
    };
  }

  const apply = (...objects: RawObject[]) => pipeline.sink.apply(objects.map(applied));
  const nothing: Cost = { built: 0, encoded: 0, statuses: 0, sent: [] };

  test('a route that turns bad: 1 host, 1 resource, 1 status', async () => {
    const bad = {
      ...ingressRoute(name(7), {
        fqdn: 'h7.example.com',
        routes: [routeTo('/', 'h7'), routeTo('/x', 'gone')],
      }),
    };
    assert.deepEqual(await costOf(() => apply(bad)), {
      built: 1,
      encoded: 1,
      statuses: 1,
      sent: ['ScopedRouteConfiguration http/h7.example.com'],
    });
  });

  test('a route edit that changes no verdict: 1 host, 1 resource, no status', async () => {
    assert.deepEqual(await costOf(() => apply(root(8, ['/', '/new']))), {
      built: 1,
      encoded: 1,
      statuses: 0,
      sent: ['ScopedRouteConfiguration http/h8.example.com'],
    });
  });

  test('a route edit on a TLS host: both of its scopes', async () => {
    const { sent, ...counts } = await costOf(() => apply(root(10, ['/', '/new'])));
    assert.deepEqual(counts, { built: 1, encoded: 2, statuses: 0 });
    assert.deepEqual([...sent].sort(), [
      'ScopedRouteConfiguration http/h10.example.com',
      'ScopedRouteConfiguration https/h10.example.com',
    ]);
  });

  test('an endpoint change: no host, 1 resource, no status', async () => {
    const { sent, ...counts } = await costOf(() => apply(slice(9, '10.0.0.2')));
    assert.deepEqual(counts, { built: 0, encoded: 1, statuses: 0 });
    assert.equal(sent.length, 1);
    assert.match(sent[0] ?? '', /^ClusterLoadAssignment default\/h9\//);
  });

  test('a rotated certificate that nobody asked for: 1 host, 1 resource, nothing sent', async () => {
    const rotated = await selfSigned('*.example.com');
    const cost = await costOf(() => apply(certificate(name(20), rotated)));
    assert.deepEqual(cost, { built: 1, encoded: 1, statuses: 0, sent: [] });
  });

  test('a new host: its scope, its cluster, its endpoints', async () => {
    const fresh = [service('fresh'), endpointSlice('fresh', 'fresh', ['10.0.0.3'])];
    fresh.push(ingressRoute('fresh', { fqdn: 'fresh.example.com', routes: [routeTo('/', 'fresh')] }));
    const { sent, ...counts } = await costOf(() => apply(...fresh));
    assert.deepEqual(counts, { built: 1, encoded: 3, statuses: 1 });
    assert.deepEqual(
      sent.map((resource) => resource.split(' ')[0]),
      ['Cluster', 'ClusterLoadAssignment', 'ScopedRouteConfiguration'],
    );
  });

  test('a host that goes: its scope, then its cluster', async () => {
    const { sent, ...counts } = await costOf(() => pipeline.sink.apply([deleted(root(11))]));
    assert.deepEqual(counts, { built: 1, encoded: 0, statuses: 1 });
    assert.deepEqual(
      sent.map((resource) => resource.slice(0, resource.indexOf('-') + 1)),
      ['ScopedRouteConfiguration -', 'Cluster -'],
    );
  });

  test('what concerns nobody costs nothing', async () => {
    const unrelated: readonly (readonly [string, RawObject])[] = [
      ['an unrelated secret', certificate('unrelated')],
      ['an unrelated service', service('unrelated')],
      ['endpoints of a service that no route names', endpointSlice('unrelated', 'unrelated', ['10.0.0.4'])],
      ['the same route again', root(12)],
      ['our own status coming back', root(12, ['/'], { status: { currentStatus: 'valid' } })],
      ['a kind that is not read', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' } }],
    ];
    for (const [what, object] of unrelated)
      assert.deepEqual(await costOf(() => apply(object)), nothing, what);
  });
});
