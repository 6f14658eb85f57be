// ADDRESS of `kubectl get ingress`, by a real API server: from a Service, from nodes, with and without permission.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments, stringify } from 'yaml';
import { eventually } from '../../src/testing/deadline.ts';
import { ingress, type Manifest } from '../kit/manifests.ts';
import {
  type Cluster,
  type ClusterWorld,
  rows,
  startCluster,
  startClusterWorld,
  within,
} from './kit/index.ts';

let cluster: Cluster;
let world: ClusterWorld;
const ofService = ['--envoy-service-name=envoy', '--envoy-service-namespace=heptio-contour'];
const ofNodes = ['--envoy-node-addresses=app=envoy', '--envoy-service-namespace=heptio-contour'];
const web = within('shop', ingress('web', 'web.test', { '/': 'one' }));
const envoy = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'heptio-contour', name: 'envoy' },
  spec: { type: 'LoadBalancer', ports: [{ name: 'http', port: 80 }] },
};

before(async () => {
  cluster = await startCluster({ withoutPermissions: true });
  await cluster.namespace('heptio-contour');
  await cluster.objects.apply(envoy);
  await balance('192.0.2.1');
  await grant((resource) => resource !== 'ingresses/status');
  world = await startClusterWorld({ cluster, flags: ofService, tenants: ['shop'], objects: web });
});
after(async () => {
  await world?.close();
  await cluster?.close();
});

const exampleOf = async (file: string) =>
  parseAllDocuments(await readFile(join(import.meta.dirname, '../../examples/cluster', file), 'utf8')).map(
    (document) => document.toJS(),
  );
const create = (...objects: readonly object[]) =>
  cluster.kubectl(['apply', '-f', '-'], objects.map((object) => stringify(object)).join('---\n'));

/** Applies rbac.yaml with those resources only. */
async function grant(isGranted: (resource: string) => boolean): Promise<void> {
  const documents = await exampleOf('rbac.yaml');
  for (const rule of documents[0].rules) rule.resources = rule.resources.filter(isGranted);
  documents[0].rules = documents[0].rules.filter(
    (rule: { resources: string[] }) => rule.resources.length > 0,
  );
  await create(...documents);
}

const patchStatus = (object: string, namespace: string, status: object) =>
  cluster.kubectl([
    ...['patch', object, '-n', namespace, '--subresource=status', '--type=merge'],
    ...['-p', JSON.stringify({ status })],
  ]);
/** What a cloud's controller does. */
const balance = (...ips: readonly string[]) =>
  patchStatus('service/envoy', 'heptio-contour', {
    loadBalancer: { ingress: ips.map((ip) => ({ ip })) },
  });

const addressOf = async (name: string): Promise<string | undefined> =>
  rows(await cluster.kubectl(['get', 'ingress', '-n', 'shop']))
    .find((row) => row.get('NAME') === name)
    ?.get('ADDRESS');
const shows = (name: string, expected: string, within = 20_000) =>
  eventually(async () => assert.equal(await addressOf(name), expected, world.contour().output()), { within });

async function metric(name: string): Promise<number> {
  const { body } = await world.health('/metrics');
  const line = body.split('\n').find((text) => text.startsWith(`${name} `));
  assert.ok(line !== undefined, `no ${name} in\n${body}`);
  return Number(line.slice(name.length + 1));
}
const writes = () => metric('contour_status_writes_total{kind="Ingress"}');
const versionOf = async (name: string) =>
  (await cluster.objects.get('Ingress', 'shop', name))?.metadata.resourceVersion;

describe('of a Service', () => {
  test('without permission the log says which, and the rest is served', async () => {
    await world.answers({ host: 'web.test' }, 'one');
    await eventually(() =>
      assert.match(
        world.contour().output(),
        /warn: .*ingresses\/status.*; allow patch of ingresses\/status in the API group networking\.k8s\.io/,
      ),
    );
    assert.equal(await addressOf('web'), '');
    assert.ok((await metric('contour_status_failures_total{kind="Ingress",code="403"}')) >= 1);
  });

  test('with it kubectl shows the address', async () => {
    await grant(() => true);
    await world.restartContour();
    await world.ready();
    await shows('web', '192.0.2.1');
  });

  test('an Ingress with mistakes shows it, one of another class does not', async () => {
    const [broken, others] = within(
      'shop',
      ingress('broken', 'broken.test', { '/': 'nowhere' }),
      ingress('others', 'others.test', { '/': 'one' }, { ingressClassName: 'nginx' }),
    );
    assert.ok(broken && others);
    await cluster.objects.apply(others, broken);
    await shows('broken', '192.0.2.1');
    assert.equal(await addressOf('others'), '');
  });

  test('that another class takes over loses it, and never what the other one wrote', async () => {
    const taken = (name: string) =>
      cluster.kubectl([
        'patch',
        `ingress/${name}`,
        '-n',
        'shop',
        '-p',
        '{"spec":{"ingressClassName":"nginx"}}',
      ]);
    await cluster.objects.apply(...within('shop', ingress('theirs', 'theirs.test', { '/': 'one' })));
    await shows('theirs', '192.0.2.1');
    await taken('theirs');
    await patchStatus('ingress/theirs', 'shop', { loadBalancer: { ingress: [{ ip: '198.51.100.1' }] } });
    await taken('broken');
    await shows('broken', '');
    assert.equal(await addressOf('theirs'), '198.51.100.1');
    await cluster.objects.remove(...within('shop', ingress('broken', '', {}), ingress('theirs', '', {})));
  });

  test('that somebody overwrites is put right', async () => {
    await patchStatus('ingress/web', 'shop', { loadBalancer: { ingress: [{ hostname: 'elsewhere.test' }] } });
    await shows('web', '192.0.2.1');
    await patchStatus('ingress/web', 'shop', { loadBalancer: null });
    await shows('web', '192.0.2.1');
  });

  test('a restart writes nothing', async () => {
    const before = await versionOf('web');
    await world.restartContour();
    await world.ready();
    // An Ingress that is made now is written after those that were there.
    await cluster.objects.apply(...within('shop', ingress('late', 'late.test', { '/': 'one' })));
    await shows('late', '192.0.2.1');
    assert.equal(await writes(), 1);
    assert.equal(await versionOf('web'), before);
  });
});

describe('500 Ingresses', () => {
  const names = Array.from({ length: 500 }, (_, at) => `many-${at}`);
  const many: Manifest[] = names.flatMap((name) =>
    within('shop', ingress(name, `${name}.test`, { '/': 'one' })),
  );
  const all = async (expected: unknown) =>
    eventually(
      async () => {
        const stored = await cluster.objects.list('Ingress', 'shop');
        const right = stored.filter(({ status }) => JSON.stringify(status) === JSON.stringify(expected));
        assert.equal(right.length, 502, `${right.length} of ${stored.length}`);
      },
      { within: 60_000, every: 200 },
    );

  test('show a changed address after one write each', async () => {
    for (let at = 0; at < many.length; at += 50) await cluster.objects.apply(...many.slice(at, at + 50));
    await all({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
    const before = await writes();
    await balance('192.0.2.2', '2001:db8::2');
    await all({ loadBalancer: { ingress: [{ ip: '192.0.2.2' }, { ip: '2001:db8::2' }] } });
    assert.equal((await writes()) - before, 502);
    assert.equal(await metric('contour_status_queue_length'), 0);
  });
});

describe('of nodes, with Roles of namespaces', () => {
  const node = (name: string, ip: string) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { addresses: [{ type: 'InternalIP', address: ip }] },
  });
  const pod = (name: string, nodeName: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'heptio-contour', name, labels: { app: 'envoy' } },
    spec: {
      nodeName,
      automountServiceAccountToken: false,
      containers: [{ name: 'envoy', image: 'localhost/envoy' }],
    },
  });
  const ready = (name: string) =>
    patchStatus(`pod/${name}`, 'heptio-contour', { conditions: [{ type: 'Ready', status: 'True' }] });
  const apiGroup = 'rbac.authorization.k8s.io';
  const subjects = [{ apiGroup, kind: 'User', name: 'limited' }];

  /** rbac.yaml in a Role of the namespace alone, and what the nodes need. */
  async function grantLimited({ nodes }: { readonly nodes: boolean }): Promise<void> {
    const [role] = await exampleOf('rbac.yaml');
    const [pods, podsBinding, nodesRole, nodesBinding] = await exampleOf('rbac-node-addresses.yaml');
    const metadata = { namespace: 'shop', name: 'contour' };
    const roleRef = { apiGroup, kind: 'Role', name: 'contour' };
    await create(
      { ...role, kind: 'Role', metadata },
      { apiVersion: `${apiGroup}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects },
      ...[pods, { ...podsBinding, subjects }],
      ...(nodes ? [nodesRole, { ...nodesBinding, subjects }] : []),
    );
  }

  test('it says which permission is missing, and leaves the addresses as they are', async () => {
    await cluster.objects.remove(
      ...(await cluster.objects.list('Ingress', 'shop'))
        .filter(({ metadata }) => metadata.name.startsWith('many-'))
        .flatMap(({ metadata }) => within('shop', ingress(metadata.name, '', {}))),
    );
    await cluster.kubectl(
      ['create', '-f', '-'],
      [node('n1', '10.0.0.1'), node('n2', '10.0.0.2')].map((object) => stringify(object)).join('---\n'),
    );
    for (const [name, ip] of [
      ['n1', '10.0.0.1'],
      ['n2', '10.0.0.2'],
    ])
      await patchStatus(`node/${name}`, '', { addresses: [{ type: 'InternalIP', address: ip }] });
    await create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'heptio-contour', name: 'default' },
    });
    await create(pod('envoy-1', 'n1'), pod('envoy-2', 'n2'));
    await ready('envoy-1');
    await grantLimited({ nodes: false });
    await world.close();
    world = await startClusterWorld({
      cluster,
      kubeconfig: cluster.kubeconfig('limited'),
      flags: ['--watch-namespaces=shop', ...ofNodes],
    });
    await eventually(() =>
      assert.match(
        world.contour().output(),
        /warn: .*nodes.*grant get, list and watch on nodes to our service account by a ClusterRole/,
      ),
    );
    assert.match((await addressOf('web')) ?? '', /^192\.0\.2\.2/);
  });

  test('with it Ingresses show the nodes of the ready pods', async () => {
    await grantLimited({ nodes: true });
    await shows('web', '10.0.0.1', 40_000);
    await ready('envoy-2');
    await shows('web', '10.0.0.1,10.0.0.2');
  });
});
