// values.yaml, its schema and its table agree; what is wrong is refused with words.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { isObject, type Json, objectAt, textAt } from '../raw.ts';
import { chart, helm, render, root } from './helm.ts';
import { valuesOf, valuesTable } from './values.ts';

const text = readFileSync(join(root, chart, 'values.yaml'), 'utf8');
const schema: Json = JSON.parse(readFileSync(join(root, chart, 'values.schema.json'), 'utf8'));

test('helm lint finds nothing', async () => {
  assert.match(await helm(['lint', '--strict', chart]), / 0 chart\(s\) failed/);
});

test('every value says what it means', () => {
  assert.deepEqual(
    valuesOf(text).filter(({ meaning }) => meaning === ''),
    [],
  );
});

test('the table, from comments', () => {
  const yaml =
    '# About the file.\n\n# The first.\na: 1\nb:\n  # Of b,\n  # in lines.\n  c: {}\n# All of d | e.\nd:\n  e: []\n';
  assert.deepEqual(valuesTable(yaml).split('\n').slice(2), [
    '| `a` | `1` | The first. |',
    '| `b.c` | `{}` | Of b, in lines. |',
    '| `d` | `{"e":[]}` | All of d \\| e. |',
  ]);
});

test('the schema knows the values, and no others', () => {
  assert.deepEqual(keysOf(schema, ''), keysInYaml(parse(text), ''));
});

/** Paths of all properties with a closed list of them. */
function keysOf(node: Json, prefix: string): readonly string[] {
  const reference = textAt(node, '$ref')?.split('/').at(-1);
  if (reference !== undefined)
    return keysOf(objectAt(objectAt(schema, 'definitions') ?? {}, reference) ?? {}, prefix);
  const properties = objectAt(node, 'properties');
  if (properties === undefined || prefix.endsWith('resources.')) return [prefix.slice(0, -1)];
  assert.equal(node.additionalProperties, false, prefix);
  return Object.entries(properties)
    .filter(([key]) => `${prefix}${key}` !== 'global')
    .flatMap(([key, value]) => (isObject(value) ? keysOf(value, `${prefix}${key}.`) : []))
    .sort();
}

function keysInYaml(value: unknown, prefix: string): readonly string[] {
  if (!isObject(value) || Object.keys(value).length === 0 || prefix.endsWith('resources.'))
    return [prefix.slice(0, -1)];
  return Object.entries(value)
    .flatMap(([key, one]) => keysInYaml(one, `${prefix}${key}.`))
    .sort();
}

const wrong: readonly (readonly [name: string, values: object, says: RegExp])[] = [
  ['an unknown value', { envoi: {} }, /additional properties 'envoi' not allowed/],
  ['an unknown value inside', { envoy: { host: 1 } }, /'\/envoy': additional properties 'host' not allowed/],
  ['another mode', { mode: 'both' }, /'\/mode': value must be one of 'separate', 'sidecar'/],
  ['text for a number', { contour: { replicas: '1' } }, /'\/contour\/replicas': got string, want integer/],
  ['a port of root', { envoy: { ports: { http: 80 } } }, /'\/envoy\/ports\/http': minimum/],
  ['no namespace', { watchNamespaces: ['a b'] }, /'\/watchNamespaces\/0'/],
  [
    'no amount of memory',
    { contour: { resources: { limits: { memory: '1GB' } } } },
    /"1GB" is no amount of memory; write/,
  ],
  [
    'a delay without an end',
    { envoy: { drain: { delaySeconds: 60 } } },
    /delaySeconds is part of timeoutSeconds/,
  ],
  [
    'the address of no Service',
    { ingressAddress: { from: 'service' }, envoy: { service: { enabled: false } } },
    /leave envoy.service.enabled/,
  ],
  ['an address that is none', { listenAddress: 'abc' }, /'\/listenAddress': 'abc' does not match/],
  [
    'one port for two servers',
    { contour: { ports: { http: 8001 } } },
    /contour\.ports\.http and contour\.ports\.xds are both 8001: give one of them another/,
  ],
  [
    'one port for two containers of a pod',
    { mode: 'sidecar', envoy: { ports: { http: 8000 } } },
    /contour\.ports\.http and envoy\.ports\.http are both 8000/,
  ],
  [
    'one port of the node for both listeners',
    { envoy: { hostPorts: { http: 443 } } },
    /envoy\.hostPorts\.http and envoy\.hostPorts\.https are both 443/,
  ],
  [
    'one port of the Service for both listeners',
    { envoy: { service: { ports: { https: 80 } } } },
    /envoy\.service\.ports\.http and envoy\.service\.ports\.https are both 80/,
  ],
  [
    'one Secret for both certificates',
    { xds: { envoySecret: 'contourcert' } },
    /xds\.contourSecret and xds\.envoySecret are both contourcert/,
  ],
  ['addresses without any', { ingressAddress: { from: 'addresses' } }, /give ingressAddress.addresses/],
];

describe('refused', () => {
  for (const [name, values, says] of wrong) test(name, () => assert.rejects(render(values), says));

  test('a Kubernetes that is too old', () =>
    assert.rejects(
      helm(['template', 'contour', chart, '--kube-version=1.29.9']),
      /requires kubeVersion: >=1.30/,
    ));
});
