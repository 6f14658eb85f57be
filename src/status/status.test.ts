import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Verdict } from '../dag/model.ts';
import { type Problem, problems } from '../dag/problems.ts';
import { cutToBytes } from './cut.ts';
import { statusPatch } from './patch.ts';
import { mostBytes, ownStatus } from './status.ts';
import { missing, reached, verdict } from './testing/world.ts';
import { fingerprint, mostBytesOfOthers, writtenStatus } from './written.ts';

const id = 'shop/cart';
const at = new Date('2026-03-01T10:20:30.456Z');
const later = new Date('2026-03-02T00:00:00Z');
const facts = { before: undefined, resourceVersion: 'v1', at };
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The status as the cluster has it after the first write. */
const writtenOf = (...args: Parameters<typeof verdict>): unknown =>
  JSON.parse(JSON.stringify(statusPatch(ownStatus(verdict(...args)), facts).status));

describe('the status of a verdict', () => {
  test('valid', () => {
    assert.deepEqual(statusPatch(ownStatus(verdict(id, 3)), facts), {
      metadata: { resourceVersion: 'v1' },
      status: {
        currentStatus: 'valid',
        description: 'valid IngressRoute',
        observedGeneration: 3,
        conditions: [
          {
            type: 'Valid',
            status: 'True',
            observedGeneration: 3,
            lastTransitionTime: '2026-03-01T10:20:30Z',
            reason: 'Valid',
            message: 'valid IngressRoute',
          },
        ],
      },
    });
  });

  test('where it is served, and how much there is in all', () => {
    const reachedFrom = [
      ...reached('a.com'),
      { ...{ fqdn: 'b.com', prefix: '', root: 'shop/tcp' }, tls: true },
    ];
    const more = { reachedFrom, reachedFromCount: 5_000, problemsCount: 300 };
    const status = writtenOf(id, 3, 'invalid', more);
    assert.partialDeepStrictEqual(status, more);
  });

  const warning = problems.NoRoutes();
  const cases: readonly (readonly [name: string, ...Parameters<typeof verdict>, object])[] = [
    ['invalid: the first problem', id, 1, 'invalid', {}, { status: 'False', reason: 'SecretMissing' }],
    ['orphaned', id, 1, 'orphaned', {}, { status: 'False', reason: 'Orphaned' }],
    [
      'orphaned with a worse problem',
      id,
      1,
      'orphaned',
      { problems: [missing] },
      { status: 'False', reason: 'Orphaned' },
    ],
    ['valid with warnings', id, 1, 'valid', { problems: [warning] }, { status: 'True', reason: 'Valid' }],
  ];
  for (const [name, object, generation, current, more, expected] of cases) {
    test(name, () => {
      const { condition, problems } = ownStatus(verdict(object, generation, current, more));
      assert.deepEqual({ status: condition.status, reason: condition.reason }, expected);
      assert.ok(problems.length > 0);
    });
  }

  test('outside a cluster there is no generation and no version', () => {
    const patch = statusPatch(ownStatus(verdict(id, undefined)), { ...facts, resourceVersion: undefined });
    assert.ok(!JSON.stringify(patch).includes('observedGeneration'));
    assert.deepEqual(Object.keys(patch), ['status']);
  });
});

describe('a status is bounded', () => {
  const huge = (text: string): Problem[] =>
    Array.from({ length: 30 }, (_, index) => ({
      ...{ code: 'Huge', severity: 'error' as const },
      message: text.repeat(10_000),
      route: `/${index}${'\\u{202e}'.repeat(120)}`,
    }));
  for (const [name, text] of [
    ['ASCII', 'x'],
    ['three bytes a character', '€'],
    ['pairs of surrogates', '🂡'],
    ['what JSON escapes', '\\"'],
  ] as const) {
    test(`however long the messages are: ${name}`, () => {
      const found = huge(text);
      const description = found[0]?.message ?? '';
      const status = ownStatus(verdict(id, 1, 'invalid', { problems: found, description }));
      assert.ok(bytes(status) <= mostBytes, `${bytes(status)} bytes`);
      assert.ok(bytes(status) > mostBytes / 4, 'no more is cut than needed');
      assert.equal(status.problems.length, 20);
      assert.ok(status.problems.every(({ message }) => message.isWellFormed() && message.endsWith('…')));
      assert.ok(status.condition.message.length <= 32_768);
    });
  }

  test('however many and long the places are from where it is reached, and no problem is cut for them', () => {
    const found = huge('x');
    const description = found[0]?.message ?? '';
    const judge = (more: Partial<Verdict>) =>
      ownStatus(verdict(id, 1, 'invalid', { problems: found, description, ...more }));
    for (const prefix of ['x'.repeat(5_000), '"'.repeat(5_000), '/short']) {
      const [place] = reached(`${'a'.repeat(249)}.com`);
      assert.ok(place);
      const one = { ...place, prefix, root: `${'n'.repeat(63)}/${'r'.repeat(253)}` };
      const status = judge({ reachedFrom: Array.from({ length: 30 }, () => one), reachedFromCount: 30 });
      assert.ok(bytes(status) <= mostBytes, `${bytes(status)} bytes`);
      assert.equal(status.reachedFrom.length, 20);
      assert.equal(status.reachedFromCount, 30);
      assert.equal(status.reachedFrom[0]?.root, one.root);
      assert.equal(status.reachedFrom[0]?.fqdn, one.fqdn);
      assert.deepEqual(status.problems, judge({}).problems);
    }
  });

  test('a prefix as long as the schema takes is whole', () => {
    const [place] = reached('a.com');
    assert.ok(place);
    const reachedFrom = [{ ...place, prefix: `/${'x'.repeat(2_047)}` }];
    assert.deepEqual(ownStatus(verdict(id, 1, 'valid', { reachedFrom })).reachedFrom, reachedFrom);
  });

  test('with conditions of others it has at most 64 KiB', () => {
    assert.equal(mostBytes + mostBytesOfOthers, 64 * 1024);
  });

  test('texts are cut between code points', () => {
    const table: readonly (readonly [text: string, bytes: number, cut: string])[] = [
      ['abc', 3, 'abc'],
      ['abcd', 4, 'abcd'],
      ['abcde', 4, 'a…'],
      ['€€', 6, '€€'],
      ['€€€', 8, '€…'],
      ['🂡🂡', 8, '🂡🂡'],
      ['🂡🂡🂡', 10, '🂡…'],
      ['', 3, ''],
    ];
    for (const [text, limit, cut] of table) assert.equal(cutToBytes(text, limit), cut);
  });
});

describe('what the cluster has', () => {
  test('equals a status that says the same, whenever it was written', () => {
    for (const state of ['valid', 'invalid', 'orphaned'] as const) {
      const own = ownStatus(verdict(id, 7, state));
      assert.deepEqual(writtenStatus(writtenOf(id, 7, state))?.fingerprint, fingerprint(own));
    }
  });

  test('differs in any of our fields', () => {
    const base = fingerprint(ownStatus(verdict(id, 7, 'invalid')));
    const others = [
      ownStatus(verdict(id, 8, 'invalid')),
      ownStatus(verdict(id, 7, 'orphaned')),
      ownStatus(verdict(id, 7, 'invalid', { description: 'other' })),
      ownStatus(verdict(id, 7, 'invalid', { problems: [] })),
      ownStatus(verdict(id, 7, 'invalid', { problems: [{ ...missing, route: '/' }] })),
      ownStatus(verdict(id, 7, 'invalid', { problems: [missing, missing] })),
    ];
    const prints = [base, ...others.map(fingerprint)];
    assert.equal(new Set(prints.map(({ validity }) => validity)).size, others.length + 1);
    assert.equal(new Set(prints.map(({ extent }) => extent)).size, 3, 'problems are counted');
  });

  test('differs in what changes with other objects, which is no other validity', () => {
    const [place] = reached('a.com');
    assert.ok(place);
    const extents: Partial<Verdict>[] = [
      {},
      { problemsCount: 2 },
      { reachedFrom: [place], reachedFromCount: 1 },
      { reachedFrom: [place], reachedFromCount: 2 },
      { reachedFrom: [place, place], reachedFromCount: 2 },
      ...[{ fqdn: 'b.com' }, { prefix: '' }, { root: 'shop/other' }, { tls: true }].map((other) => ({
        ...{ reachedFrom: [{ ...place, ...other }], reachedFromCount: 1 },
      })),
    ];
    const prints = extents.map((more) => fingerprint(ownStatus(verdict(id, 7, 'invalid', more))));
    assert.equal(new Set(prints.map(({ extent }) => extent)).size, extents.length);
    assert.equal(new Set(prints.map(({ validity }) => validity)).size, 1);
    for (const [index, more] of extents.entries())
      assert.deepEqual(writtenStatus(writtenOf(id, 7, 'invalid', more))?.fingerprint, prints[index]);
  });

  test('fields of others, and null for an absent one, make no difference', () => {
    const absent = { problems: null, reachedFrom: null };
    const status = { ...Object(writtenOf(id, 1)), loadBalancer: { ingress: [] }, ...absent };
    const ready = { type: 'Ready', status: 'True' };
    const withReady = { ...status, conditions: [ready, ...status.conditions] };
    const expected = fingerprint(ownStatus(verdict(id, 1)));
    assert.deepEqual(writtenStatus(status)?.fingerprint, expected);
    assert.deepEqual(writtenStatus(withReady)?.fingerprint, expected);
  });

  test('is no status if it is absent, empty, or no object', () => {
    for (const raw of [undefined, null, {}, [], 'valid', 3]) assert.equal(writtenStatus(raw), undefined);
  });

  test('is read without an exception whatever it is', () => {
    let deep: unknown = {};
    for (let i = 0; i < 100_000; i++) deep = [deep];
    for (const wrong of [
      deep,
      null,
      3,
      'x',
      [],
      [null],
      [[]],
      [{ type: deep }],
      [{ type: 'Valid', status: deep }],
    ]) {
      const lists = { conditions: wrong, problems: wrong, reachedFrom: wrong };
      const counts = { problemsCount: wrong, reachedFromCount: wrong };
      const written = writtenStatus({ currentStatus: wrong, ...lists, ...counts, x: deep });
      assert.equal(written?.currentStatus, undefined);
      const { validity, extent } = fingerprint(ownStatus(verdict(id, 1)));
      assert.notEqual(written?.fingerprint.validity, validity);
      assert.equal(written?.fingerprint.extent === extent, wrong === null, 'null is absent');
    }
  });
});

describe('the patch', () => {
  test('keeps lastTransitionTime unless the status of the condition turns', () => {
    const before = writtenStatus(writtenOf(id, 1, 'invalid'));
    const timeOf = (own: ReturnType<typeof ownStatus>) =>
      /"lastTransitionTime":"([^"]+)"/.exec(
        JSON.stringify(statusPatch(own, { ...facts, before, at: later })),
      )?.[1];
    assert.equal(timeOf(ownStatus(verdict(id, 2, 'orphaned'))), '2026-03-01T10:20:30Z');
    assert.equal(timeOf(ownStatus(verdict(id, 2, 'valid'))), '2026-03-02T00:00:00Z');
  });

  test('does not keep a lastTransitionTime that is none', () => {
    for (const lastTransitionTime of ['yesterday', '', 3, null, undefined]) {
      const condition = { type: 'Valid', status: 'True', reason: 'Valid', lastTransitionTime };
      const before = writtenStatus({ conditions: [condition] });
      const patch = statusPatch(ownStatus(verdict(id, 2)), { ...facts, before });
      assert.match(JSON.stringify(patch), /"lastTransitionTime":"2026-03-01T10:20:30Z"/);
    }
  });

  test('removes what went away by null, and only then', () => {
    const places = { reachedFrom: reached('a.com'), reachedFromCount: 1 };
    const before = writtenStatus(writtenOf(id, 1, 'invalid', places));
    const { status } = statusPatch(ownStatus(verdict(id, undefined)), { ...facts, before });
    assert.deepEqual(
      Object.entries(Object(status)).filter(([, value]) => value === null),
      [
        ['observedGeneration', null],
        ['problems', null],
        ['problemsCount', null],
        ['reachedFrom', null],
        ['reachedFromCount', null],
      ],
    );
    assert.ok(!JSON.stringify(statusPatch(ownStatus(verdict(id, 1)), facts)).includes('null'));
  });

  test('keeps conditions of others, in their standard fields', () => {
    const ready = { type: 'Ready', status: 'True', reason: 'R', message: 'm', observedGeneration: 1 };
    const before = writtenStatus({ conditions: [{ ...ready, extra: {} }, { type: 'Valid' }, 'x'] });
    const { status } = statusPatch(ownStatus(verdict(id, 1)), { ...facts, before });
    const types = Object(status).conditions.map(({ type }: { type: string }) => type);
    assert.deepEqual(types, ['Ready', 'Valid']);
    assert.deepEqual(Object(status).conditions[0], ready);
  });

  test('has no more of others than is bounded', () => {
    const long = { type: 'Ready', status: 'True', message: 'x'.repeat(mostBytesOfOthers) };
    assert.deepEqual(writtenStatus({ conditions: [long] })?.others, []);
  });
});
