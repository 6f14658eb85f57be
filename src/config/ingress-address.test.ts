import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Given } from './resolve.ts';
import { resolveServe } from './serve.ts';

const given = (flags: Readonly<Record<string, unknown>>, file = ''): Given => ({
  flags: new Map(Object.entries(flags)),
  readConfigFile: () => file,
});
const inCluster = { incluster: true };

function addressOf(flags: Readonly<Record<string, unknown>>, file?: string): unknown {
  const resolved = resolveServe(given({ ...inCluster, ...flags }, file));
  assert.ok(resolved.ok, resolved.ok ? '' : resolved.mistakes.join('\n'));
  const { source } = resolved.value;
  return source.kind === 'cluster' ? source.ingressAddress : assert.fail();
}

function mistakesOf(flags: Readonly<Record<string, unknown>>): readonly string[] {
  const resolved = resolveServe(given(flags));
  return resolved.ok ? [] : resolved.mistakes;
}

describe('the address of Ingresses', () => {
  const taken: readonly (readonly [name: string, flags: Record<string, unknown>, expected: unknown])[] = [
    ['is left alone by default', {}, undefined],
    [
      'is a list, each once',
      { 'ingress-status-address': ['192.0.2.1, 2001:db8::1', 'edge.example.com,192.0.2.1'] },
      { kind: 'fixed', addresses: ['192.0.2.1', '2001:db8::1', 'edge.example.com'] },
    ],
    [
      'is that of a Service of our namespace',
      { 'envoy-service-name': 'envoy' },
      { kind: 'service', name: 'envoy', namespace: undefined },
    ],
    [
      'is that of a Service elsewhere',
      { 'envoy-service-name': 'envoy', 'envoy-service-namespace': 'edge' },
      { kind: 'service', name: 'envoy', namespace: 'edge' },
    ],
    [
      'is that of nodes',
      { 'envoy-node-addresses': 'app.kubernetes.io/name=contour,tier==edge,empty=' },
      { kind: 'nodes', selector: 'app.kubernetes.io/name=contour,tier==edge,empty=', namespace: undefined },
    ],
  ];
  for (const [name, flags, expected] of taken) it(name, () => assert.deepEqual(addressOf(flags), expected));

  it('stands in the config file as a list or as text', () => {
    for (const text of ['ingress-status-address: [192.0.2.1, a.b]', 'ingress-status-address: 192.0.2.1,a.b'])
      assert.deepEqual(addressOf({ 'config-path': 'c.yaml' }, text), {
        kind: 'fixed',
        addresses: ['192.0.2.1', 'a.b'],
      });
  });

  const many = Array.from({ length: 17 }, (_, at) => `192.0.2.${at}`).join();
  const refused: readonly (readonly [name: string, flags: Record<string, unknown>, expected: RegExp])[] = [
    [
      'two sources',
      { ...inCluster, 'ingress-status-address': ['192.0.2.1'], 'envoy-service-name': 'envoy' },
      /^--ingress-status-address and --envoy-service-name are different sources of the address; give one/,
    ],
    [
      'manifests',
      { manifests: ['dir'], 'ingress-status-address': ['192.0.2.1'] },
      /^--ingress-status-address is written to Ingresses of a cluster; with --manifests, leave it out$/,
    ],
    [
      'a namespace of nothing',
      { ...inCluster, 'envoy-service-namespace': 'edge' },
      /^--envoy-service-namespace needs --envoy-service-name or --envoy-node-addresses/,
    ],
    ['too many', { ...inCluster, 'ingress-status-address': [many] }, /17 addresses; give at most 16$/],
  ];
  for (const [name, flags, expected] of refused)
    it(`refuses ${name}`, () => {
      assert.equal(mistakesOf(flags).length, 1);
      assert.match(mistakesOf(flags).join(), expected);
    });

  for (const address of [
    '',
    '192.0.2.1,',
    '192.0.2.300',
    'fe80::1%eth0',
    '::ffff:192.0.2.1',
    'Edge.com',
    'a_b',
  ])
    it(`refuses the address "${address}"`, () =>
      assert.match(
        mistakesOf({ ...inCluster, 'ingress-status-address': [address] }).join(),
        /is wrong; give IP addresses or DNS names in lower case, separated by commas$/,
      ));

  for (const selector of [
    '',
    'a',
    'a=b,',
    'a!=b',
    'a in (b)',
    '=b',
    'a=b=c',
    'a/b/c=d',
    `a=${'x'.repeat(64)}`,
  ])
    it(`refuses the selector "${selector.slice(0, 20)}"`, () =>
      assert.match(
        mistakesOf({ ...inCluster, 'envoy-node-addresses': selector }).join(),
        /is wrong; give labels and their values, such as/,
      ));
});
