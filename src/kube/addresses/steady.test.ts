import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Address, addressesText, ordered } from './address.ts';
import { type Hold, heldMs, Steady } from './steady.ts';

const [a, b, c] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((ip): Address => ({ ip }));
const list = (text: string): readonly Address[] =>
  [...text].flatMap((letter) => ({ a, b, c })[letter as 'a' | 'b' | 'c'] ?? []);
const shown = (addresses: readonly Address[] | undefined): string | undefined =>
  addresses &&
  ['a', 'b', 'c'].filter((letter) => list(letter).some((one) => addresses.includes(one))).join('');

/** Steps `[at, there, told]`, in heldMs. */
type Step = readonly [at: number, there: string, told: string | undefined];
const histories: readonly (readonly [name: string, hold: Hold, steps: readonly Step[]])[] = [
  [
    'what comes is told at once',
    'each',
    [
      [0, 'a', 'a'],
      [0.1, 'ab', 'ab'],
    ],
  ],
  [
    'of nodes each that goes stays a while',
    'each',
    [
      [0, 'ab', 'ab'],
      [1, 'b', 'ab'],
      [1.5, 'bc', 'abc'],
      [2, 'bc', 'bc'],
    ],
  ],
  [
    'and is there again',
    'each',
    [
      [0, 'ab', 'ab'],
      [1, 'b', 'ab'],
      [1.9, 'ab', 'ab'],
      [2.5, 'b', 'ab'],
      [3.5, 'b', 'b'],
    ],
  ],
  [
    'of a Service another address replaces it',
    'last',
    [
      [0, 'a', 'a'],
      [1, 'b', 'b'],
    ],
  ],
  [
    'but none does not at once',
    'last',
    [
      [0, 'ab', 'ab'],
      [1, '', 'ab'],
      [1.9, '', 'ab'],
      [2, '', ''],
      [2.1, '', ''],
    ],
  ],
  [
    'and another one does, meanwhile',
    'last',
    [
      [0, 'a', 'a'],
      [1, '', 'a'],
      [1.5, 'b', 'b'],
    ],
  ],
  [
    'none at the start says nothing for a while',
    'each',
    [
      [0, '', undefined],
      [0.9, '', undefined],
      [1, '', ''],
      [1.1, 'a', 'a'],
    ],
  ],
];
for (const [name, hold, steps] of histories)
  test(name, () => {
    const steady = new Steady(hold);
    for (const [at, there, told] of steps)
      assert.equal(shown(steady.update(list(there), at * heldMs).told), told, `at ${at}`);
  });

describe('whatever happens', () => {
  const step = fc.record({ there: fc.subarray(['a', 'b', 'c']), ms: fc.nat(heldMs) });
  for (const hold of ['each', 'last'] as const)
    test(`what is there is told, and in the end nothing else: ${hold}`, () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
          const steady = new Steady(hold);
          let now = 0;
          let last: readonly Address[] = [];
          for (const { there, ms } of steps) {
            now += ms;
            last = list(there.join(''));
            const { told } = steady.update(last, now);
            for (const one of last) assert.ok(told?.includes(one));
          }
          for (let asked = 0; ; asked++) {
            const { told, againMs } = steady.update(last, now);
            if (againMs === undefined) {
              assert.equal(addressesText(told ?? []), addressesText(ordered(last)));
              break;
            }
            assert.ok(againMs > 0 && asked < 10);
            now += againMs;
          }
        }),
      );
    });
});
