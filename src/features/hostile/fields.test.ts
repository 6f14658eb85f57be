// Every place of every object of one tenant, with values that nobody meant: nothing is thrown, nobody else is touched,
// and nothing stays of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { dotOf, printTranslation, translationOf } from '../../offline.ts';
import type { RawObject } from '../../store/events.ts';
import { applied, deleted } from '../../testing/manifests.ts';
import { objects } from '../events/testing/world.ts';
import { attacker, placesOf, replaced } from './testing/attacker.ts';
import { assertUnharmed, bytesOf, worldWith } from './testing/neighbours.ts';
import { values } from './testing/values.ts';

const title = ({ kind, metadata }: RawObject): string => `${kind} ${Object(metadata).name}`;

/** All values in all places take a minute; each place gets one in so many, and other ones than its neighbour. */
const oneIn = 30;

describe('a hostile value in every place', () => {
  const world = worldWith(attacker);
  const bytes = bytesOf(world);
  const size = world.store.size() + world.graph.size;
  const isTheirs = ([key]: readonly [string, unknown]) => key.includes('/zed/');

  test('of a world without a problem', () => {
    assertUnharmed(world);
    const verdicts = [...world.graph.verdicts()].filter(isTheirs);
    assert.deepEqual(
      verdicts.filter(([, { problems }]) => problems.length > 0),
      [],
    );
    assert.equal(verdicts.length, 7);
  });

  for (const object of attacker) {
    test(title(object), () => {
      for (const [index, place] of placesOf(object).entries()) {
        for (let at = index % oneIn; at < values.length; at += oneIn) {
          const hostile = replaced(object, place, values[at]);
          world.settle(applied(hostile));
          assertUnharmed(world, [place, values[at]]);
          assert.ok(bytesOf(world) < bytes + 30_000, place.join('.'));
          world.settle(deleted(hostile));
        }
        world.settle(applied(object));
      }
    });
  }

  test('nothing stays', () => {
    assert.equal(bytesOf(world), bytes);
    assert.equal(world.store.size() + world.graph.size, size);
  });
});

test('several hostile values at once, and all of it can be printed', () => {
  const places = attacker.flatMap((object, index) => placesOf(object).map((place) => ({ index, place })));
  const replacement = fc.record({ at: fc.constantFrom(...places), value: fc.constantFrom(...values) });
  fc.assert(
    fc.property(fc.array(replacement, { minLength: 1, maxLength: 3 }), (replacements) => {
      const hostile = [...attacker];
      for (const { at, value } of replacements)
        hostile[at.index] = replaced(hostile[at.index] ?? {}, at.place, value);
      const world = worldWith(hostile);
      assertUnharmed(world, replacements);
      printTranslation(translationOf(world, { showSecrets: false }), 'json');
      dotOf(world);
    }),
    { seed: 5, numRuns: 30, endOnFailure: true },
  );
});

test('a change of a neighbour would be seen', () => {
  const events = [
    applied({ ...objects['shop/basket-service'], spec: {} }),
    deleted(objects['shop/web-slice']),
  ];
  for (const event of events) {
    const world = worldWith(attacker);
    world.settle(event);
    assert.throws(() => assertUnharmed(world), /is gone|differs|strictly/);
  }
});
