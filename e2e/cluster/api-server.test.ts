// The API server of the tests is what it says: our kinds are served as users see them, contour's permissions are
// exactly those that we document, and it survives a crash with its data.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent, request } from 'undici';
import { eventually } from '../../src/testing/deadline.ts';
import { type Cluster, ingressRoute, startCluster, tokenOf } from './kit/index.ts';

let cluster: Cluster;
before(async () => {
  cluster = await startCluster();
  await cluster.namespace('shop');
});
after(() => cluster?.close());

test('our kinds are explained to users, field by field', async () => {
  // The server publishes the words a moment after the kinds.
  await eventually(async () => {
    const text = await cluster.kubectl(['explain', 'ingressroute.spec.routes.match']);
    assert.match(text, /FIELD: match <string>/);
  });
});

test('contour reads what it serves, writes statuses and Events, and nothing else', async () => {
  const may = async (verb: string, kind: string) => {
    const [resource = '', subresource = ''] = kind.split('/');
    const ask = ['auth', 'can-i', verb, resource, `--subresource=${subresource}`, '--as=contour', '-A'];
    return (await cluster.kubectl(ask).catch(() => 'no')).trim() === 'yes';
  };
  const asked = await Promise.all([
    may('list', 'secrets'),
    may('watch', 'ingressroutes.contour.heptio.com'),
    may('patch', 'ingressroutes.contour.heptio.com/status'),
    may('create', 'events.events.k8s.io'),
    may('patch', 'ingressroutes.contour.heptio.com'),
    may('create', 'secrets'),
    may('list', 'pods'),
  ]);
  assert.deepEqual(asked, [true, true, true, true, false, false, false]);
});

test('with its history compacted and its cache lost in a crash, it calls a continue token expired', async () => {
  const routes = ['a', 'b'].map((name) => ingressRoute(`shop/${name}`, { '/': { service: 'one' } }));
  await cluster.objects.apply(...routes);
  const dispatcher = new Agent({ connect: { ca: cluster.apiServer.certificate } });
  const headers = { authorization: `Bearer ${tokenOf('contour')}` };
  const page = async (query: string) => {
    const url = `${cluster.apiServer.url}/apis/contour.heptio.com/v1beta1/ingressroutes?limit=1${query}`;
    const { statusCode, body } = await request(url, { headers, dispatcher });
    return { status: statusCode, body: JSON.parse(await body.text()) };
  };
  const first = await page('');
  await cluster.objects.remove(...routes.slice(1));
  await cluster.compact();
  await cluster.apiServer.stop();
  await cluster.apiServer.start();
  await cluster.objects.list('IngressRoute'); // Its store is there.
  const second = await page(`&continue=${encodeURIComponent(first.body.metadata.continue)}`);
  assert.deepEqual([second.status, second.body.reason], [410, 'Expired']);
  await dispatcher.destroy();
});

test('it starts again on the same port with the same objects', async () => {
  await cluster.apiServer.stop();
  await assert.rejects(cluster.objects.list('IngressRoute'), /ECONNREFUSED/);
  await cluster.apiServer.start();
  const names = (await cluster.objects.list('IngressRoute', 'shop')).map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ['a']);
});
