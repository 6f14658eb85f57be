// A cluster that nobody has prepared: contour says what is missing, serves what can be served, and takes the rest
// without a restart as soon as it comes.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { eventually } from '../../src/testing/deadline.ts';
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
before(async () => {
  cluster = await startCluster({ withoutKinds: true, withoutPermissions: true });
  await grant((resource) => resource !== 'secrets');
  const objects = within('shop', ingress('web', 'web.test', { '/': 'one' }));
  world = await startClusterWorld({ cluster, tenants: ['shop'], objects, atOnce: true });
});
after(async () => {
  await world?.close();
  await cluster?.close();
});

/** Applies rbac.yaml with those resources only. */
async function grant(isGranted: (resource: string) => boolean): Promise<void> {
  const text = await readFile(join(import.meta.dirname, '../../examples/cluster/rbac.yaml'), 'utf8');
  const documents = parseAllDocuments(text).map((document) => document.toJS());
  for (const rule of documents[0].rules) rule.resources = rule.resources.filter(isGranted);
  const file = join(cluster.directory, 'rbac.yaml');
  await writeFile(file, documents.map((document) => stringify(document)).join('---\n'));
  await cluster.kubectl(['apply', '-f', file]);
}

test('with a permission missing it is not ready; health names it, and the log has the remedy', async () => {
  await eventually(async () => {
    const { status, body } = await world.health('/readyz');
    assert.equal(status, 503);
    assert.match(body, /secrets: answered 403/);
    assert.deepEqual(
      body.split('\n').filter((line) => line !== '' && !/secrets|ingressroutes|tlscert/.test(line)),
      [],
    );
  });
  assert.equal((await world.health('/healthz')).status, 200);
  assert.match(world.contour().output(), /warn: .*secrets.*grant get, list and watch on secrets/);
});

test('with it granted it is ready, without our kinds, and serves Ingresses', async () => {
  await grant(() => true);
  await world.ready();
  await world.answers({ host: 'web.test' }, 'one');
});

test('our kinds are taken up when they are added', async () => {
  await cluster.addKinds();
  await cluster.objects.apply(ingressRoute('shop/root', { '/': { service: 'two' } }, { fqdn: 'shop.test' }));
  await world.answers({ host: 'shop.test' }, 'two', { within: 60_000 });
  await world.status('shop/root', 'valid');
  assert.equal((await world.health('/readyz')).status, 200);
  await world.answers({ host: 'web.test' }, 'one');
});
