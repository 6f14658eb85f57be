// Every object that the chart renders, as a real API server takes it: field by field, and by the pod security standards.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { goldens, valuesOfGolden } from '../../src/testing/chart/files.ts';
import { render } from '../../src/testing/chart/helm.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Cluster, startCluster } from './kit/index.ts';

let cluster: Cluster;
before(async () => {
  cluster = await startCluster({ withoutKinds: true, withoutPermissions: true });
  await cluster.namespace('heptio-contour', 'shop', 'blog');
  await cluster.kubectl([
    'label',
    'namespace',
    'heptio-contour',
    'pod-security.kubernetes.io/warn=restricted',
  ]);
  await cluster.kubectl(
    ['apply', '-f', '-'],
    monitors.map((kind) => stringify(monitoring(kind))).join('---\n'),
  );
  await eventually(() => cluster.kubectl(['get', 'podmonitors,servicemonitors', '-A']), { every: 50 });
});
after(() => cluster?.close());

const monitors = ['ServiceMonitor', 'PodMonitor'];

/** The Prometheus operator's kinds, without their fields. */
function monitoring(kind: string): object {
  const plural = `${kind.toLowerCase()}s`;
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: anything } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.monitoring.coreos.com` },
    spec: {
      group: 'monitoring.coreos.com',
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [version],
    },
  };
}

const apply = ['apply', '--dry-run=server', '--validate=strict', '--warnings-as-errors', '-f', '-'];

describe('taken, without a warning', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['deployment', { envoy: { kind: 'deployment' } }],
    ['sidecar', { mode: 'sidecar', envoy: { kind: 'deployment' } }],
    ['daemonset behind its Service', { envoy: { hostPorts: { enabled: false } } }],
    ...['everything', 'watch-namespaces'].map((name) => [name, valuesOfGolden(name)] as const),
  ];
  for (const [name, values] of cases)
    test(name, async () => {
      const lines = (await cluster.kubectl(apply, await render(values))).trim().split('\n');
      assert.ok(lines.length > 8);
      for (const line of lines) assert.match(line, /(created|configured|unchanged) \(server dry run\)$/);
    });
});

describe('taken, with the warning that it asks for', () => {
  const cases: readonly (readonly [string, object, RegExp])[] = [
    [
      'as it comes',
      {},
      /violate PodSecurity "restricted:latest": hostPort \(container "shutdown" [^)]*\)\nerror: 1 warning/,
    ],
    [
      'host network',
      valuesOfGolden('sidecar-host-network'),
      /violate PodSecurity "restricted:latest": host namespaces \(hostNetwork=true\)\nerror: 1 warning/,
    ],
  ];
  for (const [name, values, warning] of cases)
    test(name, async () => {
      await assert.rejects(cluster.kubectl(apply, await render(values)), warning);
    });
});

test('every golden is among them', () => {
  assert.deepEqual(goldens(), ['everything', 'sidecar-host-network', 'watch-namespaces']);
});
