// What a contour that has seen nothing but one list thinks: the measure of one that has lived through faults.
import assert from 'node:assert/strict';
import type { Verdict } from '../../../src/dag/model.ts';
import { eventually } from '../../../src/testing/deadline.ts';
import { ask } from '../../../src/testing/http-client.ts';
import { choosePorts, healthFlags, startContour } from '../../kit/contour.ts';
import { documents } from '../../kit/manifests.ts';
import type { User } from './api-server.ts';
import type { Cluster } from './cluster.ts';

const reader: User = 'limited';

export interface State {
  /** By object. */
  readonly verdicts: readonly Verdict[];
  /** Lines of the graph as DOT, sorted: the order of arrival is no part of the state. */
  readonly graph: readonly string[];
}

/** Of the contour with this debug port. */
export async function stateOf(debug: number): Promise<State> {
  const page = async (path: string) => {
    const { status, body } = await ask({ port: debug, host: 'localhost', path });
    assert.equal(status, 200);
    return body.toString();
  };
  const [status, dag] = [await page('/status'), await page('/debug/dag')];
  const verdicts: readonly Verdict[] = JSON.parse(status);
  const byObject = (a: Verdict, b: Verdict) => (a.object < b.object ? -1 : 1);
  return { verdicts: verdicts.toSorted(byObject), graph: dag.split('\n').sort() };
}

/** It may only read: a status that it wrote would hide one that is missing. */
export async function allowFresh({ kubectl }: Cluster): Promise<void> {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'fresh' },
  };
  const binding = { ...role, kind: 'ClusterRoleBinding' };
  const reading = {
    apiGroups: ['', 'discovery.k8s.io', 'networking.k8s.io', 'contour.heptio.com'],
    resources: ['*'],
    verbs: ['get', 'list', 'watch'],
  };
  const apiGroup = 'rbac.authorization.k8s.io';
  const granted = {
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'fresh' },
    subjects: [{ apiGroup, kind: 'User', name: reader }],
  };
  await kubectl(['apply', '-f', '-'], documents({ ...role, rules: [reading] }, { ...binding, ...granted }));
}

/** Starts one beside the other, without any fault between it and the API server, and ends it. Needs `allowFresh`. */
export async function freshState(cluster: Cluster): Promise<State> {
  const ports = await choosePorts();
  const contour = startContour(['--kubeconfig', cluster.kubeconfig(reader)], ports, healthFlags(ports));
  try {
    await eventually(async () => {
      const { status, body } = await ask({ port: ports.health, host: 'localhost', path: '/readyz' });
      assert.equal(status, 200, `${body}\n${contour.output()}`);
    });
    return await stateOf(ports.debug);
  } finally {
    await contour.end('SIGTERM');
  }
}

/** The statuses that are stored say what these verdicts say, of the newest generation. */
export async function assertStored({ objects }: Cluster, { verdicts }: State): Promise<void> {
  const stored = (await objects.list('IngressRoute')).map(({ metadata, status }) => ({
    object: `IngressRoute/${metadata.namespace}/${metadata.name}`,
    observed: status?.observedGeneration === metadata.generation,
    currentStatus: status?.currentStatus,
    description: status?.description,
  }));
  const expected = verdicts
    .filter(({ object }) => object.startsWith('IngressRoute/'))
    .map(({ object, currentStatus, description }) => ({
      object,
      observed: true,
      currentStatus,
      description,
    }));
  const byObject = (a: { object: string }, b: { object: string }) => (a.object < b.object ? -1 : 1);
  assert.deepEqual(stored.sort(byObject), expected.sort(byObject));
}
