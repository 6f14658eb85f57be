// One text per address, and none that Envoy refuses or must not be sent to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { EndpointSlice } from '../dag/objects.ts';
import { canonicalAddress, usableEndpoints } from './addresses.ts';

describe('the canonical form of an address', () => {
  const forms: readonly [text: string, canonical: string | undefined][] = [
    ['10.0.0.1', '10.0.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['FD00::A', 'fd00::a'],
    ['fd00:0:0:0:0:0:0:a', 'fd00::a'],
    ['fd00:0000:0000::000a', 'fd00::a'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::', '::'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['', undefined],
    ['a.com', undefined],
    ['localhost', undefined],
    ['10.0.0.01', undefined],
    ['10.0.0', undefined],
    ['10.1', undefined],
    ['0x7f000001', undefined],
    ['2130706433', undefined],
    [' 10.0.0.1', undefined],
    ['10.0.0.1:80', undefined],
    ['10.0.0.1\n', undefined],
    ['[::1]', undefined],
    ['1::2::3', undefined],
    ['fe80::1%eth0', undefined],
  ];
  for (const [text, canonical] of forms) {
    test(JSON.stringify(text), () => assert.equal(canonicalAddress(text), canonical));
  }

  test('is its own canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalAddress(text);
        assert.ok(canonical);
        assert.equal(canonicalAddress(canonical), canonical);
        assert.equal(canonicalAddress(text.toUpperCase()), canonical);
      }),
    );
  });
});

describe('the addresses of a slice', () => {
  const healthy = { ready: true, serving: true, terminating: false };
  const slice = (...endpoints: readonly (readonly string[])[]): EndpointSlice => ({
    ...{ kind: 'EndpointSlice', namespace: 'a', name: 'e', service: 's', ports: [] },
    ...{ created: undefined, generation: undefined, uid: undefined, resourceVersion: undefined },
    annotations: new Map(),
    endpoints: endpoints.map((addresses) => ({ addresses, ...healthy })),
  });
  const usable = (of: EndpointSlice, allowLoopback = false) =>
    usableEndpoints(of, { allowLoopback }).endpoints.map(({ addresses }) => addresses);

  test('are canonical, and each is there once per endpoint', () => {
    assert.deepEqual(usable(slice(['FD00::1', 'fd00:0::1', '10.0.0.1', '::ffff:10.0.0.1'], ['10.0.0.1'])), [
      ['fd00::1', '10.0.0.1'],
      ['10.0.0.1'],
    ]);
  });

  test('that Envoy refuses are left out, and endpoints of nothing else', () => {
    assert.deepEqual(usable(slice(['a.com', '10.0.0.1'], ['b.com'], [])), [['10.0.0.1']]);
  });

  test('keep the conditions of their endpoint', () => {
    const conditions = { ready: false, serving: true, terminating: true };
    const ending = { ...slice(), endpoints: [{ addresses: ['10.0.0.1'], ...conditions }] };
    assert.deepEqual(usableEndpoints(ending, { allowLoopback: false }).endpoints, ending.endpoints);
  });

  const special = [
    ...['127.0.0.1', '127.255.0.9', '0.0.0.0', '0.1.2.3', '169.254.169.254'],
    ...['::', '::1', '0:0::1', 'fe80::1', 'FEBF::1', '::ffff:127.0.0.1', '::ffff:a9fe:a9fe'],
  ];
  for (const address of special) {
    test(`${address} only if it is allowed`, () => {
      assert.deepEqual(usable(slice([address])), []);
      assert.deepEqual(usable(slice([address]), true), [[canonicalAddress(address)]]);
    });
  }

  for (const address of ['10.0.0.1', '126.255.255.255', '128.0.0.1', '169.253.0.1', 'fd00::1', 'fec0::1']) {
    test(`${address} always`, () => assert.deepEqual(usable(slice([address])), [[address]]));
  }
});
