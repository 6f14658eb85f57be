// Whatever happens to the objects, the connections and the versions: in the end, what was delivered is what a list says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { service } from '../../testing/manifests.ts';
import { resources } from '../resources.ts';
import { apiError } from '../testing/fake-api.ts';
import { follow } from '../testing/followed.ts';
import { failing, reflectorWorld, titleOf } from '../testing/reflector-world.ts';

const name = fc.integer({ min: 0, max: 6 }).map(String);
const namespace = fc.constantFrom('a', 'b');
const code = fc.constantFrom(0, 403, 404, 410, 429, 500);
const count = fc.integer({ min: 1, max: 7 });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('apply' as const), namespace, name }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), namespace, name }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 300 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass long' as const), seconds: count }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), code }) },
  fc.constant({ do: 'close' as const }),
  { weight: 2, arbitrary: fc.constant({ do: 'compact' as const }) },
  fc.constant({ do: 'bookmark' as const }),
  fc.constant({ do: 'hostile' as const }),
  fc.record({ do: fc.constant('fail list' as const), code, count }),
  fc.record({ do: fc.constant('fail watch' as const), code, count }),
  // Between two pages, so that what was listed already goes, or the continue token expires.
  fc.record({ do: fc.constant('while listing' as const), namespace, name, compact: fc.boolean() }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Followed = ReturnType<typeof follow>;

async function perform(step: Step, { api, pass, settle }: Followed): Promise<void> {
  if (step.do === 'apply') api.apply(service(`${step.namespace}/${step.name}`));
  else if (step.do === 'delete') api.delete(resources.services, step);
  else if (step.do === 'pass') await pass(step.ms);
  else if (step.do === 'pass long') await pass(step.seconds * 3_000, 100);
  else if (step.do === 'cut') api.cut(apiError(step.code));
  else if (step.do === 'close') api.cut();
  else if (step.do === 'compact') api.compact();
  else if (step.do === 'bookmark') api.bookmark();
  else if (step.do === 'hostile')
    api.send({ type: 'DELETED', object: { kind: 'Service' }, resourceVersion: '' });
  else if (step.do === 'fail list') failing(api, 'list services', apiError(step.code), step.count);
  else if (step.do === 'fail watch') failing(api, 'watch services', apiError(step.code), step.count);
  else {
    let left = 1;
    api.faults.push(({ options }) => {
      if (options?.continueToken === undefined || left-- <= 0) return undefined;
      api.delete(resources.services, step);
      if (step.compact) api.compact();
      return undefined;
    });
  }
  await settle();
}

const listOf = ({ api }: Followed) =>
  new Map(api.objects(resources.services).map((object) => [titleOf(object), object]));

test('what was delivered equals a fresh list', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), count, async (steps, pageSize) => {
      const world = reflectorWorld();
      world.api.pageSize = pageSize;
      const followed = follow({}, world);
      for (const one of steps) await perform(one, followed);
      world.api.faults.length = 0;
      await followed.pass(15_000, 100);
      assert.deepEqual(sorted(followed.mirror), sorted(listOf(followed)));
      assert.equal(followed.state.synced, 1);
      followed.stop();
      await followed.ended;
      assert.equal(world.api.watching, 0);
    }),
    { numRuns: 150 },
  );
});

const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
