// contour for some namespaces, by a user who may read nothing else: no ClusterRole at all.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { selfSigned } from '../../src/testing/certificates.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';
import { ingress } from '../kit/manifests.ts';
import {
  type Cluster,
  type ClusterWorld,
  ingressRoute,
  startCluster,
  startClusterWorld,
  within,
} from './kit/index.ts';

let cluster: Cluster;
let world: ClusterWorld;
const watched = ['shop', 'bank'];
const toOne = { '/': { service: 'one' } };

before(async () => {
  cluster = await startCluster({ withoutPermissions: true });
  await cluster.namespace(...watched);
  await grantIn(watched);
  world = await startClusterWorld({
    cluster,
    kubeconfig: cluster.kubeconfig('limited'),
    flags: [`--watch-namespaces=${watched.join()}`],
    tenants: [...watched, 'other'],
    objects: [
      ingressRoute('shop/root', { ...toOne, '/bank': { delegate: 'bank/part' } }, { fqdn: 'shop.test' }),
      ingressRoute('bank/part', { '/bank': { service: 'two' } }),
      ingressRoute('other/root', toOne, { fqdn: 'other.test' }),
    ],
  });
});
after(async () => {
  await world?.close();
  await cluster?.close();
});

/** What rbac.yaml grants everywhere, in these namespaces only; IngressClasses belong to none. */
async function grantIn(namespaces: readonly string[]): Promise<void> {
  const text = await readFile(join(import.meta.dirname, '../../examples/cluster/rbac.yaml'), 'utf8');
  const rules = parseAllDocuments(text)[0]?.toJS().rules;
  const apiGroup = 'rbac.authorization.k8s.io';
  const objects = namespaces.flatMap((namespace) => [
    { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata: { namespace, name: 'contour' }, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata: { namespace, name: 'contour' },
      roleRef: { apiGroup, kind: 'Role', name: 'contour' },
      subjects: [{ apiGroup, kind: 'User', name: 'limited' }],
    },
  ]);
  await cluster.kubectl(['apply', '-f', '-'], objects.map((object) => stringify(object)).join('---\n'));
}

test('they are served, delegation between them included', async () => {
  await world.answers({ host: 'shop.test' }, 'one');
  await world.answers({ host: 'shop.test', path: '/bank' }, 'two');
  await world.status('shop/root', 'valid');
  await world.status('bank/part', 'valid');
});

test('a class is matched by its name alone, since IngressClasses are out of reach', async () => {
  await cluster.objects.apply(
    ...within('shop', ingress('ours', 'ours.test', { '/': 'two' }, { ingressClassName: 'contour' })),
    ...within('shop', ingress('others', 'others.test', { '/': 'two' }, { ingressClassName: 'nginx' })),
  );
  await world.answers({ host: 'ours.test' }, 'two');
  await world.answers({ host: 'others.test' }, 404);
});

test('certificates are read', async () => {
  const secret = parse(tlsSecret('bank', 'cert', await selfSigned('bank.test')));
  await cluster.objects.apply(
    secret,
    ingressRoute('bank/root', toOne, { fqdn: 'bank.test', secretName: 'cert' }),
  );
  await world.answers({ host: 'bank.test', tls: { sni: 'bank.test' } }, 'one');
});

test('the others are neither served nor judged, and nothing was refused', async () => {
  await world.answers({ host: 'other.test' }, 404);
  assert.equal((await cluster.objects.get('IngressRoute', 'other', 'root'))?.status, undefined);
  assert.doesNotMatch(world.contour().output(), /warn|error|403|forbidden/i);
});
