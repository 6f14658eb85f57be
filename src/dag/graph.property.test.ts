// However a state was reached, it is the same as if it had been built from scratch.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ObjectEvent } from '../store/events.ts';
import { history } from '../testing/arbitraries.ts';
import { selfSigned } from '../testing/certificates.ts';
import { createGraphWorld, type GraphWorldOptions, snapshot } from '../testing/graph-world.ts';
import { applied, deleted } from '../testing/manifests.ts';
import { toyBuild, toyVerdict } from '../testing/toy-host.ts';
import { decode } from './decode/index.ts';
import { keyOf } from './objects.ts';

const { certificate, key } = await selfSigned('one.com');
const events = history({ 'tls.crt': certificate, 'tls.key': key });

const identity = ({ object }: ObjectEvent): string => {
  const decoded = decode(object);
  return decoded === 'unknown' ? '' : decoded.map(keyOf).join();
};

/** What is left of a history: the last event of each object, if it isn't its deletion. */
function survivors(happened: readonly ObjectEvent[]): readonly ObjectEvent[] {
  const last = new Map<string, ObjectEvent>();
  for (const event of happened) last.set(identity(event), event);
  return [...last.values()].filter(({ type }) => type === 'applied');
}

const worlds: readonly (readonly [name: string, options: GraphWorldOptions])[] = [
  ['toy builds', { graph: { buildHost: toyBuild, verdictOf: toyVerdict } }],
  ['real builds', {}],
  ['real builds, a class name', { store: { ingressClassName: 'contour' } }],
  ['real builds, root namespaces', { settings: { rootNamespaces: new Set(['a']) } }],
];

for (const [name, options] of worlds) {
  describe(`graph, ${name}`, () => {
    test('incremental is the same as from scratch, in any order of arrival', () => {
      fc.assert(
        fc.property(events, fc.infiniteStream(fc.nat()), (happened, random) => {
          const incremental = createGraphWorld(options);
          for (const event of happened) incremental.settle(event);
          const left = survivors(happened);
          const fresh = createGraphWorld(options);
          fresh.settle(...left);
          assert.deepEqual(snapshot(incremental.graph), snapshot(fresh.graph));
          const shuffled = left
            .map((event) => [random.next().value, event] as const)
            .sort(([a], [b]) => a - b)
            .map(([, event]) => event);
          const other = createGraphWorld(options);
          other.settle(...shuffled);
          assert.deepEqual(snapshot(other.graph), snapshot(fresh.graph));
        }),
        { numRuns: 60 },
      );
    });

    test('turns that are cut short end in the same state, and deltas add up to it', () => {
      fc.assert(
        fc.property(events, (happened) => {
          const whole = createGraphWorld(options);
          whole.settle(...happened);
          const cut = createGraphWorld(options);
          const hosts = new Map();
          const verdicts = new Map();
          const turn = () => {
            const delta = cut.graph.rebuild(() => true);
            for (const [host, value] of delta.hosts) value ? hosts.set(host, value) : hosts.delete(host);
            for (const [object, value] of delta.verdicts)
              value ? verdicts.set(object, value) : verdicts.delete(object);
          };
          for (const event of happened) {
            cut.apply(event);
            turn();
          }
          while (cut.graph.pending() > 0) turn();
          assert.deepEqual(snapshot(cut.graph), snapshot(whole.graph));
          assert.deepEqual(new Map(cut.graph.hosts()), hosts);
          assert.deepEqual(new Map(cut.graph.verdicts()), verdicts);
        }),
        { numRuns: 40 },
      );
    });

    test('nothing stays of what is deleted', () => {
      fc.assert(
        fc.property(events, (happened) => {
          const world = createGraphWorld(options);
          for (const event of happened) world.settle(event);
          for (const event of survivors(happened)) world.settle(deleted(event.object));
          assert.deepEqual([world.store.size(), world.graph.size, world.graph.pending()], [0, 0, 0]);
        }),
        { numRuns: 40 },
      );
    });
  });
}

test('an event that repeats the last one of its object is no change', () => {
  fc.assert(
    fc.property(events, (happened) => {
      const { store } = createGraphWorld();
      for (const event of happened) store.apply(event);
      for (const event of survivors(happened)) {
        const again = applied({ ...event.object, status: { currentStatus: 'valid' } });
        assert.equal(store.apply(again), undefined);
      }
    }),
    { numRuns: 40 },
  );
});
