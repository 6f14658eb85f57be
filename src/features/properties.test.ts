// However a state was reached, every byte that is served and every status is the same as from scratch: through the
// store, the graph, the translator and the cache.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { resolveTranslate, type TranslateConfig } from '../config/translate.ts';
import { decode } from '../dag/decode/index.ts';
import { keyOf } from '../dag/objects.ts';
import { resourceTypes } from '../envoy/types.ts';
import { runOffline, translationOf } from '../offline.ts';
import type { Pipeline } from '../pipeline.ts';
import type { ObjectEvent, RawObject } from '../store/events.ts';
import { acceptingPipeline } from '../testing/accepting-pipeline.ts';
import { history } from '../testing/arbitraries.ts';
import { selfSigned } from '../testing/certificates.ts';
import { applied, endpointSlice, ingressRoute, routeTo, service } from '../testing/manifests.ts';

const { certificate, key } = await selfSigned('one.com');
const histories = history({ 'tls.crt': certificate, 'tls.key': key });

const settings = (flags: Readonly<Record<string, string | boolean>>): TranslateConfig => {
  const resolved = resolveTranslate({ flags: new Map(Object.entries(flags)), readConfigFile: () => '' });
  assert.ok(resolved.ok);
  return resolved.value;
};

/** Name, version and what is waited for of every resource, and the statuses. */
function outcome(pipeline: Pipeline, config: TranslateConfig) {
  const resources = resourceTypes.flatMap(({ url }) =>
    [...pipeline.cache.names(url)].sort().map((name) => {
      const resource = pipeline.cache.get(url, name);
      return [url, name, resource?.version, [...(resource?.requires ?? [])].sort()];
    }),
  );
  return { resources, statuses: translationOf(pipeline, config).statuses };
}

const identity = ({ object }: ObjectEvent): string => {
  const decoded = decode(object);
  return decoded === 'unknown' ? '' : decoded.map(keyOf).join();
};

/** What is left of a history: the last event of each object, if it isn't its deletion. */
function survivors(happened: readonly ObjectEvent[]): readonly RawObject[] {
  const last = new Map(happened.map((event) => [identity(event), event]));
  return [...last.values()].filter(({ type }) => type === 'applied').map(({ object }) => object);
}

/** In the order of random numbers. */
const shuffled = <T>(list: readonly T[], random: fc.Stream<number>): readonly T[] =>
  list
    .map((item) => [random.next().value ?? 0, item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);

const flags: readonly Readonly<Record<string, string | boolean>>[] = [
  {},
  { 'ingress-class-name': 'contour' },
  { 'ingressroute-root-namespaces': 'a,mine', 'ingressroute-prefix-match': 'string' },
];

for (const given of flags) {
  const config = settings(given);
  describe(`any history, ${JSON.stringify(given)}`, () => {
    test('event by event or all at once, in any order: the same bytes and statuses', () => {
      fc.assert(
        fc.property(histories, fc.infiniteStream(fc.nat()), (happened, random) => {
          const incremental = acceptingPipeline([], config.outcome);
          for (const event of happened) incremental.settle(event);
          const left = survivors(happened);
          const fresh = outcome(acceptingPipeline(left, config.outcome), config);
          assert.deepEqual(outcome(incremental, config), fresh);
          const other = acceptingPipeline(shuffled(left, random), config.outcome);
          assert.deepEqual(outcome(other, config), fresh);
        }),
        { numRuns: 40 },
      );
    });

    test('no history of others changes a byte of a host that is not theirs', () => {
      const mine = [
        ingressRoute('mine/root', { fqdn: 'mine.com', routes: [routeTo('/', 's')] }),
        service('mine/s'),
        endpointSlice('mine/s', 's', ['10.1.1.1']),
      ];
      const alone = outcome(runOffline(mine, config.outcome), config);
      const owned = (resources: typeof alone.resources) =>
        resources.filter(([, name]) => String(name).includes('mine'));
      assert.equal(owned(alone.resources).length, 3);
      fc.assert(
        fc.property(histories, (happened) => {
          const pipeline = runOffline([], config.outcome);
          pipeline.sink.apply(mine.map(applied));
          for (const event of happened) pipeline.sink.apply([event]);
          const { resources, statuses } = outcome(pipeline, config);
          assert.deepEqual(owned(resources), owned(alone.resources));
          assert.deepEqual(
            statuses.filter(({ namespace }) => namespace === 'mine'),
            alone.statuses,
          );
        }),
        { numRuns: 40 },
      );
    });
  });
}
