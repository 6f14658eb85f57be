import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addressesOf, addressesText, addressOf, ordered } from './address.ts';

describe('an address', () => {
  const cases: readonly (readonly [text: unknown, expected: unknown])[] = [
    ['192.0.2.1', { ip: '192.0.2.1' }],
    ['2001:db8::1', { ip: '2001:db8::1' }],
    ['a.elb.example.com', { hostname: 'a.elb.example.com' }],
    ['Upper.example.com', undefined],
    ['under_score.example.com', undefined],
    ['fe80::1%eth0', undefined],
    ['::ffff:192.0.2.1', undefined],
    ['a b', undefined],
    ['a\nb', undefined],
    ['', undefined],
    [undefined, undefined],
    [{ ip: '192.0.2.1' }, undefined],
    ['x'.repeat(300), undefined],
  ];
  for (const [text, expected] of cases)
    test(`${JSON.stringify(text)?.slice(0, 40)} is ${JSON.stringify(expected) ?? 'none'}`, () =>
      assert.deepEqual(addressOf(text), expected));
});

test('of a list what can be used is taken, with its ports', () => {
  const list = [
    { ip: '192.0.2.1', hostname: 'beside.example.com' },
    { ip: '', hostname: 'a.example.com', ipMode: 'VIP' },
    { ip: 'nonsense!' },
    null,
    'text',
    {
      ip: '192.0.2.2',
      ports: [
        { port: 80, protocol: 'TCP', error: 'ForbiddenBySomebody' },
        { port: 443 },
        { port: 0, protocol: 'TCP' },
        { port: 1.5 },
        { port: 1, protocol: 'HTTP' },
        null,
      ],
    },
  ];
  assert.deepEqual(addressesOf(list), [
    { ip: '192.0.2.1' },
    { hostname: 'a.example.com' },
    {
      ip: '192.0.2.2',
      ports: [
        { port: 80, protocol: 'TCP' },
        { port: 443, protocol: 'TCP' },
      ],
    },
  ]);
  for (const hostile of [undefined, null, 'x', 7, {}, { length: 1e9 }])
    assert.deepEqual(addressesOf(hostile), []);
});

test('a list of any length is read up to a bound', () => {
  const list = Array.from({ length: 100_000 }, (_, at) => ({
    ip: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
  }));
  assert.equal(addressesOf(list).length, 256);
});

const address = fc.record({
  ip: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'),
  ports: fc.array(fc.record({ port: fc.constantFrom(80, 443), protocol: fc.constantFrom('TCP', 'UDP') }), {
    maxLength: 2,
  }),
});

test('in any order, and twice, they are the same', () => {
  fc.assert(
    fc.property(fc.array(address, { maxLength: 6 }), (list) => {
      const shuffled = [...list].reverse().concat(list);
      assert.deepEqual(ordered(shuffled), ordered(list));
      assert.equal(addressesText(ordered(shuffled)), addressesText(ordered(list)));
      assert.equal(new Set(ordered(list).map((one) => JSON.stringify(one))).size, ordered(list).length);
    }),
  );
});

test('other addresses have other texts', () => {
  fc.assert(
    fc.property(fc.array(address, { maxLength: 4 }), fc.array(address, { maxLength: 4 }), (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      assert.equal(addressesText(one) === addressesText(other), isSame);
    }),
  );
});
