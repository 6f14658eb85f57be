// What the chart lets contour do is what examples/cluster says that it needs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Json, objectAt, objectsAt, textAt } from '../raw.ts';
import { root } from './helm.ts';
import { container, object, objectsOf, renderObjects, textsAt } from './objects.ts';

/** `ROLE'S NAMESPACE (empty: cluster) VERB RESOURCE.GROUP [NAME]` of every rule that contour's account is given, sorted. */
function permissions(objects: readonly Json[], account = 'contour'): readonly string[] {
  const bindings = objects.filter(
    (one) =>
      /^(Cluster)?RoleBinding$/.test(textAt(one, 'kind') ?? '') &&
      objectsAt(one, 'subjects').some(({ kind, name }) => kind === 'ServiceAccount' && name === account),
  );
  const lines = bindings.flatMap((binding) => {
    const { kind, name } = objectAt(binding, 'roleRef') ?? {};
    const namespace = textAt(objectAt(binding, 'metadata') ?? {}, 'namespace') ?? '';
    const role = objects.find(
      (one) =>
        one.kind === kind &&
        objectAt(one, 'metadata')?.name === name &&
        (objectAt(one, 'metadata')?.namespace ?? '') === namespace,
    );
    assert.ok(role, `${kind} ${name} is bound and not there`);
    return objectsAt(role, 'rules').flatMap((rule) => linesOf(namespace, rule));
  });
  return [...new Set(lines)].sort();
}

const linesOf = (namespace: string, rule: Json): readonly string[] =>
  textsAt(rule, 'apiGroups').flatMap((group) =>
    textsAt(rule, 'resources').flatMap((resource) =>
      textsAt(rule, 'verbs').map((verb) =>
        [namespace, verb, `${resource}.${group}`, ...textsAt(rule, 'resourceNames')].join(' '),
      ),
    ),
  );

const needed = (...files: readonly string[]) =>
  permissions(files.flatMap((file) => objectsOf(readFileSync(join(root, 'examples/cluster', file), 'utf8'))));

const inCluster = needed('rbac.yaml');

describe('permissions', () => {
  test('with the address of nodes', async () => {
    const all = needed('rbac.yaml', 'rbac-node-addresses.yaml');
    assert.deepEqual(permissions(await renderObjects()), all);
    assert.ok(all.length > inCluster.length);
  });

  test('with the address of the Service', async () => {
    assert.deepEqual(permissions(await renderObjects({ envoy: { kind: 'deployment' } })), inCluster);
  });

  test('without an address, statuses of Ingresses are not written', async () => {
    const without = inCluster.filter((line) => !line.includes('ingresses/status'));
    assert.deepEqual(permissions(await renderObjects({ ingressAddress: { from: 'none' } })), without);
  });

  test('of namespaces: a Role in each, and Envoy Service by its name', async () => {
    const values = { watchNamespaces: ['blog', 'shop'], envoy: { kind: 'deployment' } };
    const ofEach = inCluster.filter((line) => !line.includes('ingressclasses'));
    const expected = ['blog', 'shop'].flatMap((namespace) => ofEach.map((line) => `${namespace}${line}`));
    const own = ['get', 'list', 'watch'].map((verb) => `heptio-contour ${verb} services. envoy`);
    assert.deepEqual(permissions(await renderObjects(values)), [...expected, ...own].sort());
  });

  test('of namespaces, nodes are all that is read of the cluster', async () => {
    const lines = permissions(await renderObjects({ watchNamespaces: ['shop'] }));
    const ofCluster = lines.filter((line) => line.startsWith(' '));
    assert.deepEqual(ofCluster, [' get nodes.', ' list nodes.', ' watch nodes.']);
  });

  test('certgen: its two Secrets', async () => {
    assert.deepEqual(permissions(await renderObjects(), 'contour-certgen'), [
      'heptio-contour get secrets. contourcert envoycert',
      'heptio-contour update secrets. contourcert envoycert',
    ]);
  });

  test('Envoy: none, and no token', async () => {
    const objects = await renderObjects();
    assert.deepEqual(permissions(objects, 'envoy'), []);
    assert.equal(object(objects, 'ServiceAccount', 'envoy').automountServiceAccountToken, false);
  });

  test('in a pod with both, contour alone has the token', async () => {
    const objects = await renderObjects({ mode: 'sidecar' });
    const mounts = (name: string) =>
      objectsAt(container(objects, name), 'volumeMounts').map((one) => one.name);
    assert.ok(mounts('contour').includes('api-access'));
    for (const name of ['bootstrap', 'envoy', 'shutdown'])
      assert.ok(!mounts(name).includes('api-access'), name);
  });
});
