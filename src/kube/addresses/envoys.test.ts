import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeAddresses, nodeOfReadyPod, serviceAddresses } from './envoys.ts';

const balancer = (...ingress: unknown[]) => ({ status: { loadBalancer: { ingress } } });

describe('a Service', () => {
  const cases: readonly (readonly [name: string, service: object, expected: unknown])[] = [
    ['its load balancer', balancer({ ip: '192.0.2.1' }), [{ ip: '192.0.2.1' }]],
    ['its name', balancer({ hostname: 'a.example.com' }), [{ hostname: 'a.example.com' }]],
    [
      'the load balancer beats external IPs',
      { ...balancer({ ip: '192.0.2.1' }), spec: { externalIPs: ['192.0.2.9'] } },
      [{ ip: '192.0.2.1' }],
    ],
    [
      'else external IPs, of both families',
      { status: { loadBalancer: {} }, spec: { externalIPs: ['192.0.2.9', '2001:db8::9', 'a.com', 7] } },
      [{ ip: '192.0.2.9' }, { ip: '2001:db8::9' }],
    ],
    ['nothing yet', { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } }, []],
    ['nonsense', { spec: 'x', status: [] }, []],
    ['nothing at all', {}, []],
  ];
  for (const [name, service, expected] of cases)
    test(name, () => assert.deepEqual(serviceAddresses({ ...service }), expected));
});

describe('a pod', () => {
  const pod = (ready: unknown, more: object = {}) => ({
    metadata: {},
    spec: { nodeName: 'n1' },
    status: {
      conditions: [
        { type: 'Initialized', status: 'True' },
        { type: 'Ready', status: ready },
      ],
    },
    ...more,
  });
  const cases: readonly (readonly [name: string, pod: object, expected: string | undefined])[] = [
    ['ready', pod('True'), 'n1'],
    ['not ready', pod('False'), undefined],
    ['at its end', pod('True', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }), undefined],
    ['on no node', pod('True', { spec: {} }), undefined],
    ['on a node without a name', pod('True', { spec: { nodeName: 7 } }), undefined],
    ['nothing known', {}, undefined],
    ['nonsense', { status: { conditions: 'Ready' }, spec: { nodeName: 'n1' } }, undefined],
  ];
  for (const [name, object, expected] of cases)
    test(name, () => assert.equal(nodeOfReadyPod({ ...object }), expected));
});

describe('a node', () => {
  const node = (...addresses: readonly (readonly [type: string, address: unknown])[]) => ({
    status: { addresses: addresses.map(([type, address]) => ({ type, address })) },
  });
  const internal = ['InternalIP', '10.0.0.1'] as const;
  const cases: readonly (readonly [name: string, node: object, expected: unknown])[] = [
    [
      'inside',
      node(['Hostname', 'n1'], internal, ['InternalIP', 'fd00::1']),
      [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
    ],
    ['outside first', node(internal, ['ExternalIP', '192.0.2.1']), [{ ip: '192.0.2.1' }]],
    ['an address outside that is none', node(internal, ['ExternalIP', '']), [{ ip: '10.0.0.1' }]],
    ['names are none', node(['InternalDNS', 'n1.local'], ['InternalIP', 'n1']), []],
    ['nothing', {}, []],
    ['nonsense', { status: { addresses: { type: 'InternalIP', address: '10.0.0.1' } } }, []],
  ];
  for (const [name, object, expected] of cases)
    test(name, () => assert.deepEqual(nodeAddresses({ ...object }), expected));
});
