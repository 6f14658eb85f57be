import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { IngressAddress } from '../config/ingress-address.ts';
import { StartError } from '../runtime/start-error.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { feedAddresses, fieldManagerOf } from './ingress-address.ts';

function feed(from: IngressAddress, ownNamespace?: string) {
  const told: unknown[] = [];
  const silent = () => {};
  const parts = feedAddresses({
    ...{ from, ownNamespace, clock: manualClock(), random: () => 0 },
    api: { list: () => assert.fail('nothing runs yet'), watch: () => assert.fail('nothing runs yet') },
    log: { error: silent, warn: silent, info: silent, debug: silent },
    tell: (addresses) => told.push(addresses),
  });
  return { told, parts };
}

describe('addresses of flags', () => {
  test('are told at once, in one order, and nothing runs', () => {
    const { told, parts } = feed({ kind: 'fixed', addresses: ['edge.example.com', '192.0.2.1'] });
    assert.deepEqual(told, [[{ ip: '192.0.2.1' }, { hostname: 'edge.example.com' }]]);
    assert.deepEqual(parts, []);
  });

  for (const from of [
    { kind: 'service', name: 'envoy', namespace: undefined },
    { kind: 'nodes', selector: 'app=envoy', namespace: undefined },
  ] as const) {
    test(`a ${from.kind} is followed in our own namespace, or in the one that is given`, () => {
      for (const { told, parts } of [feed(from, 'own'), feed({ ...from, namespace: 'edge' })])
        assert.deepEqual([told, parts.map(({ name }) => name)], [[], ['addresses of Envoy']]);
    });

    test(`a ${from.kind} of nowhere ends the start with a remedy`, () => {
      assert.throws(
        () => feed(from),
        (error: unknown) => {
          assert.ok(error instanceof StartError);
          assert.match(error.message, /no namespace; say where Envoy is with --envoy-service-namespace/);
          return true;
        },
      );
    });
  }
});

test('a field manager of each class, in 128 characters', () => {
  assert.equal(fieldManagerOf(), 'contour.heptio.com/contour');
  assert.equal(fieldManagerOf('edge'), 'contour.heptio.com/edge');
  assert.equal(fieldManagerOf('x'.repeat(253)).length, 128);
});
