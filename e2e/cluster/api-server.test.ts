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

test('it ends as in a crash and starts again on the same port with the same objects', async () => {
  const { objects, apiServer } = cluster;
  await objects.apply(...['a', 'b'].map((name) => ingressRoute(`shop/${name}`, { '/': { service: 'one' } })));
  const first = await page('');
  await objects.remove(ingressRoute('shop/b', {}));
  await apiServer.stop();
  await assert.rejects(objects.list('IngressRoute'), /ECONNREFUSED/);
  await cluster.compact();
  await apiServer.start();
  const names = (await objects.list('IngressRoute', 'shop')).map(({ metadata }) => metadata.name);
  assert.deepEqual(names, ['a']);
  // With the history compacted and the server's cache gone, the second page is too old.
  const second = await page(`&continue=${encodeURIComponent(first.body.metadata.continue)}`);
  assert.deepEqual([second.status, second.body.reason], [410, 'Expired']);
});

/** A list of one IngressRoute, as contour asks for it. */
async function page(query: string) {
  const { url, certificate } = cluster.apiServer;
  const dispatcher = new Agent({ connect: { ca: certificate } });
  const headers = { authorization: `Bearer ${tokenOf('contour')}` };
  const path = `/apis/contour.heptio.com/v1beta1/ingressroutes?limit=1${query}`;
  const { statusCode, body } = await request(`${url}${path}`, { headers, dispatcher });
  const read = JSON.parse(await body.text());
  await dispatcher.destroy();
  return { status: statusCode, body: read };
}
