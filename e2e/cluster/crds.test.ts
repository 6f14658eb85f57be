// Our kinds on a real API server: what it refuses and how it says so, what it takes, shows and explains, and that an
// object from before a rule still gets its status.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { mostRoutes } from '../../src/dag/api/ingressroute.ts';
import { mostServices } from '../../src/dag/api/service.ts';
import { refused, taken } from '../../src/dag/api/testing/rules.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Cluster, startCluster } from './kit/index.ts';

let cluster: Cluster;
before(async () => {
  cluster = await startCluster({ withoutKinds: true });
  await cluster.namespace('shop');
});
after(() => cluster?.close());

const ingressRoute = (name: string, spec: object) => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace: 'shop', name },
  spec,
});

/** A kind without any rule, as it may have been before. */
const permissive = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'ingressroutes.contour.heptio.com' },
  spec: {
    group: 'contour.heptio.com',
    scope: 'Namespaced',
    names: { kind: 'IngressRoute', plural: 'ingressroutes' },
    versions: [
      {
        ...{ name: 'v1beta1', served: true, storage: true, subresources: { status: {} } },
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
};

test('objects older than a rule keep their place, and get their status written', async () => {
  const file = join(cluster.directory, 'permissive.yaml');
  await writeFile(file, stringify(permissive));
  await cluster.kubectl(['apply', '-f', file]);
  await eventually(() => cluster.objects.list('IngressRoute'), { every: 50 });
  const old = refused.map(({ spec }, index) => ingressRoute(`old-${index}`, spec));
  await cluster.objects.apply(...old);
  await cluster.addKinds();
  const bad = ingressRoute('new', refused[0]?.spec ?? {});
  await eventually(() => assert.rejects(cluster.objects.apply(bad), /422/), { every: 100 });
  const status = { currentStatus: 'invalid', description: 'as it was judged' };
  for (const { metadata } of old) {
    const patch = [
      'patch',
      'ingressroute',
      metadata.name,
      '-n',
      'shop',
      '--subresource=status',
      '--type=merge',
    ];
    await cluster.kubectl([...patch, '-p', JSON.stringify({ status })]);
    const stored = await cluster.objects.get('IngressRoute', 'shop', metadata.name);
    assert.equal(stored?.status?.currentStatus, 'invalid', metadata.name);
  }
});

describe('refused, with the remedy', () => {
  for (const { name, spec, says } of refused)
    test(name, () =>
      assert.rejects(cluster.objects.apply(ingressRoute('refused', spec)), (error: Error) => {
        assert.match(error.message.replaceAll(/\\(["\\])/g, '$1'), says);
        return true;
      }),
    );
});

describe('taken', () => {
  for (const [name, spec] of taken)
    test(name, async () => {
      await cluster.objects.apply(ingressRoute('taken', spec));
      await cluster.objects.remove(ingressRoute('taken', spec));
    });
});

test('the most routes with services that an object may have', async () => {
  const route = (index: number, services: number) => ({
    match: `/${index}`,
    services: Array.from({ length: services }, () => ({ name: 'web', port: 80, healthCheck: { path: '/' } })),
  });
  const routes = Array.from({ length: mostRoutes }, (_, index) => route(index, 8));
  await cluster.objects.apply(ingressRoute('many', { routes: [route(0, mostServices), ...routes.slice(1)] }));
});

test('columns, more of them with -o wide', async () => {
  const spec = { virtualhost: { fqdn: 'a.com', tls: { secretName: 's' } }, routes: [{ match: '/first' }] };
  await cluster.objects.apply(ingressRoute('shown', spec));
  const headings = async (...more: readonly string[]) => {
    const [heading = '', row = ''] = (
      await cluster.kubectl(['get', 'ir', 'shown', '-n', 'shop', ...more])
    ).split('\n');
    return { columns: heading.trim().split(/ {2,}/), row };
  };
  const usual = ['NAME', 'FQDN', 'TLS SECRET', 'STATUS', 'STATUS DESCRIPTION', 'AGE'];
  assert.deepEqual((await headings()).columns, usual);
  const wide = await headings('-o', 'wide');
  assert.deepEqual(wide.columns, [
    ...usual.slice(0, 3),
    'FIRST ROUTE',
    ...usual.slice(3, 5),
    'OBSERVED GENERATION',
    'AGE',
  ]);
  assert.match(wide.row, /^shown +a\.com +s +\/first/);
});

test('every field is explained', async () => {
  await eventually(async () => {
    const text = await cluster.kubectl(['explain', 'ingressroute.spec.routes.match']);
    assert.match(text, /Prefix of the path/);
  });
  for (const kind of ['ingressroute', 'tlscertificatedelegation']) {
    const text = await cluster.kubectl(['explain', kind, '--recursive=false', '--output=plaintext']);
    assert.match(text, /DESCRIPTION/);
    const spec = await cluster.kubectl(['explain', `${kind}.spec`]);
    assert.doesNotMatch(spec, /<no description>/);
  }
});
