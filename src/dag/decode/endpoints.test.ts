// EndpointSlices and Endpoints as the API means them: what absent, null and mistyped fields stand for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endpointSlice } from '../../testing/manifests.ts';
import type { EndpointSlice } from '../objects.ts';
import { decode } from './index.ts';

function slices(raw: object): readonly EndpointSlice[] {
  const objects = decode({ ...raw });
  assert.ok(objects !== 'unknown');
  return objects.filter((object) => object.kind === 'EndpointSlice');
}

function slice(fields: object): EndpointSlice {
  const [first] = slices({ ...endpointSlice('a/x', 's', ['10.0.0.1']), ...fields });
  assert.ok(first);
  return first;
}

describe('decode: conditions of an endpoint', () => {
  const states: readonly [conditions: unknown, ready: boolean, serving: boolean, terminating: boolean][] = [
    [undefined, true, true, false],
    [null, true, true, false],
    ['x', true, true, false],
    [{}, true, true, false],
    [{ ready: null, serving: null, terminating: null }, true, true, false],
    [{ ready: false }, false, true, false],
    [{ ready: false, serving: true, terminating: true }, false, true, true],
    [{ ready: false, serving: false, terminating: true }, false, false, true],
    [{ ready: false, terminating: true }, false, true, true],
    [{ ready: true, serving: true, terminating: true }, true, true, true],
    [{ ready: 'true', serving: 1, terminating: 'true' }, false, false, false],
  ];
  for (const [conditions, ready, serving, terminating] of states) {
    test(JSON.stringify(conditions) ?? 'absent', () => {
      const { endpoints } = slice({ endpoints: [{ addresses: ['10.0.0.1'], conditions }] });
      assert.deepEqual(endpoints, [{ addresses: ['10.0.0.1'], ready, serving, terminating }]);
    });
  }
});

describe('decode: addressType', () => {
  const types: readonly [addressType: unknown, endpoints: number][] = [
    [undefined, 1],
    [null, 1],
    ['IPv4', 1],
    ['IPv6', 1],
    ['FQDN', 0],
    ['ipv4', 0],
    ['', 0],
    ['IPv7', 0],
    [4, 0],
  ];
  for (const [addressType, count] of types) {
    test(`${JSON.stringify(addressType) ?? 'absent'}: ${count}`, () =>
      assert.equal(slice({ addressType }).endpoints.length, count));
  }
});

describe('decode: ports of a slice', () => {
  const port = (name: string, number: number, protocol = 'TCP') => ({ name, port: number, protocol });
  const tables: readonly [given: unknown, ports: EndpointSlice['ports']][] = [
    [{ name: 'web', port: 8080, protocol: 'UDP' }, [port('web', 8080, 'UDP')]],
    [{ port: 1 }, [port('', 1)]],
    [{ name: null, port: 65_535, protocol: null }, [port('', 65_535)]],
    [{ name: '', port: 80, protocol: '' }, [port('', 80)]],
    [{ name: 'web' }, []],
    [{ name: 'web', port: null }, []],
    [{ port: 0 }, []],
    [{ port: -1 }, []],
    [{ port: 65_536 }, []],
    [{ port: 1.5 }, []],
    [{ port: '80' }, []],
    [{ name: 5, port: 80 }, []],
    [{ port: 80, protocol: {} }, []],
    ['80', []],
  ];
  for (const [given, ports] of tables) {
    test(JSON.stringify(given), () => assert.deepEqual(slice({ ports: [given] }).ports, ports));
  }
});

describe('decode: the Service of a slice', () => {
  const labels: readonly [labels: unknown, service: string][] = [
    [{ 'kubernetes.io/service-name': 's' }, 's'],
    [{ 'kubernetes.io/service-name': 5 }, ''],
    [{ app: 's' }, ''],
    [undefined, ''],
    ['s', ''],
  ];
  for (const [given, service] of labels) {
    test(`${JSON.stringify(given) ?? 'no labels'}: "${service}"`, () =>
      assert.equal(slice({ metadata: { name: 'x', labels: given } }).service, service));
  }
});

describe('decode: Endpoints', () => {
  const raw = { apiVersion: 'v1', kind: 'Endpoints', metadata: { namespace: 'a', name: 's' } };

  test('a slice per subset, at least one', () => {
    const ports = [{ name: 'http', port: 8080 }, { name: 'all' }];
    const [first, second] = slices({ ...raw, subsets: [{ ports }, {}] });
    assert.deepEqual([first?.name, first?.service, second?.name], ['s/0', 's', 's/1']);
    assert.deepEqual(first?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }]);
    assert.equal(slices(raw).length, 1);
  });

  test('addresses are ready; those that are not never get anything, even if nobody is ready', () => {
    const subset = {
      addresses: [{ ip: '10.0.0.1' }, { hostname: 'x' }, 'x'],
      notReadyAddresses: [{ ip: '10.0.0.2' }],
    };
    const [first] = slices({ ...raw, subsets: [subset] });
    const addressed = first?.endpoints.filter(({ addresses }) => addresses.length > 0);
    assert.deepEqual(addressed, [
      { addresses: ['10.0.0.1'], ready: true, serving: true, terminating: false },
      { addresses: ['10.0.0.2'], ready: false, serving: false, terminating: false },
    ]);
  });
});
