// Whatever happens to Secrets, references and the API server: in the end every host sees the Secret that is there, and
// nothing else is held.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resources } from '../resources.ts';
import { apiError, type FakeApi } from '../testing/fake-api.ts';
import { opaque, readingSecrets, tls } from '../testing/reading-secrets.ts';
import { failing, reflectorWorld, titleOf } from '../testing/reflector-world.ts';

const names = ['0', '1', '2', '3'];
const name = fc.constantFrom(...names);
const code = fc.constantFrom(0, 403, 404, 410, 429, 500, 503);
const operation = fc.constantFrom('get secrets', 'get secrets', 'list secrets', 'watch secrets');

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('apply' as const), name, watched: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('unread' as const), name }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 900 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'sweep' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), code }) },
  fc.constant({ do: 'compact' as const }),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fail' as const), operation, code, count: fc.nat(6) }),
  },
  // The answer of the next request is made now and arrives later.
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('slow answer' as const), ms: fc.integer({ min: 1, max: 400 }) }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type World = ReturnType<typeof readingSecrets>;

/** The type of a Secret never changes: another one takes its place. */
function apply(api: FakeApi, name: string, watched: boolean): void {
  const object = watched ? tls(`a/${name}`) : opaque(`a/${name}`);
  const before = api.objects(resources.secrets).find((one) => titleOf(one) === titleOf(object));
  if (before !== undefined && before.type !== object.type)
    api.delete(resources.secrets, { namespace: 'a', name });
  api.apply(object);
}

function slowAnswer({ api, clock }: World, ms: number): void {
  const get = api.get.bind(api);
  api.get = async (...asked) => {
    api.get = get;
    const object = await get(...asked);
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    return object;
  };
}

async function perform(step: Step, world: World): Promise<void> {
  const { api, pass } = world;
  if (step.do === 'apply') apply(api, step.name, step.watched);
  else if (step.do === 'delete') api.delete(resources.secrets, { namespace: 'a', name: step.name });
  else if (step.do === 'read') world.look(`a/${step.name}`);
  else if (step.do === 'unread') world.unread(`a/${step.name}`);
  else if (step.do === 'pass') await pass(step.ms);
  else if (step.do === 'sweep') await pass(60_000, 1_000);
  else if (step.do === 'cut') api.cut(apiError(step.code));
  else if (step.do === 'compact') api.compact();
  else if (step.do === 'fail') failing(api, step.operation, apiError(step.code), step.count);
  else slowAnswer(world, step.ms);
  await world.settle();
}

const sorted = <T>(entries: Iterable<readonly [string, T]>) =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

test('hosts see what is there; nothing else is held', async () => {
  const arbitrary = fc.array(step, { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(arbitrary, fc.subarray(names), async (steps, named) => {
      const world = readingSecrets({ world: reflectorWorld(), named: named.map((one) => `a/${one}`) });
      for (const one of steps) await perform(one, world);
      world.api.faults.length = 0;
      await world.pass(20_000, 100);
      await world.pass(121_000, 1_000);
      const there = new Map(
        world.api
          .objects(resources.secrets)
          .map((object) => [titleOf(object).slice('Secret '.length), object]),
      );
      const expected = [...world.read.keys()].map((where) => [where, there.get(where)] as const);
      assert.deepEqual(sorted(world.read), sorted(expected));
      const held = expected.flatMap(([where, object]) =>
        object ? [[`Secret ${where}`, object] as const] : [],
      );
      assert.deepEqual(sorted(world.mirror), sorted(held));
      assert.equal(world.state.synced, 1);
      world.stop();
      await world.ended;
    }),
    { numRuns: 120 },
  );
});
