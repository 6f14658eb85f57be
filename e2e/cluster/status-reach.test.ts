// From where an IngressRoute is served, and how much is wrong with it, as its owner reads it by kubectl.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type ClusterWorld, ingressRoute, rows, startClusterWorld } from './kit/index.ts';
import { tlsSecretManifest } from './kit/secret-manifest.ts';

let world: ClusterWorld;
const toBlog = { '/blog': { delegate: 'team/blog' } };
const secure = { fqdn: 'secure.test', secretName: 'cert' };
const child = (service: string) =>
  ingressRoute('team/blog', { '/blog': { service }, '/blog/new': { service: 'two' } });

before(async () => {
  const cert = tlsSecretManifest('front/cert', await selfSigned('secure.test'));
  const plain = ingressRoute('front/plain', toBlog, { fqdn: 'plain.test' });
  world = await startClusterWorld({ tenants: ['front', 'team'], objects: [cert, plain, child('one')] });
});
after(() => world?.close());

const kubectl = (...args: string[]) => world.cluster.kubectl([...args, '-n', 'team']);
const get = (path: string) => kubectl('get', 'ingressroute', 'blog', '-o', `jsonpath=${path}`);
const places = '{range .status.reachedFrom[*]}{.fqdn}{.prefix} {.root} {.tls}{"\\n"}{end}';

async function shows(path: string, expected: string): Promise<void> {
  await eventually(async () => assert.equal(await get(path), expected), { within: 20_000, every: 100 });
}

test('a delegated route is waited for like a root', async () => {
  const line = await kubectl('wait', '--for=condition=Valid', 'ingressroute/blog', '--timeout=20s');
  assert.equal(line, 'ingressroute.contour.heptio.com/blog condition met\n');
  await shows(places, 'plain.test/blog front/plain false\n');
});

test('its owner sees a second root that leads to it, and how it is served', async () => {
  await world.cluster.objects.apply(ingressRoute('front/secure', toBlog, secure));
  await shows(places, 'plain.test/blog front/plain false\nsecure.test/blog front/secure true\n');
  assert.equal(await get('{.status.reachedFromCount}'), '2');
  assert.equal(await get('{.status.conditions[?(@.type=="Valid")].status}'), 'True');
  await world.answers({ host: 'plain.test', path: '/blog' }, 'one');
  assert.equal(await get('{.status.problemsCount}'), '', 'absent without a problem');
});

test('and that one of them is gone', async () => {
  await world.cluster.kubectl(['delete', 'ingressroute', 'plain', '-n', 'front']);
  await shows(places, 'secure.test/blog front/secure true\n');
  assert.equal(await get('{.status.reachedFromCount}'), '1');
});

test('without a root nothing is left of it', async () => {
  await world.cluster.kubectl(['delete', 'ingressroute', 'secure', '-n', 'front']);
  await shows('{.status.currentStatus}', 'orphaned');
  assert.equal(await get('{.status.reachedFrom}{.status.reachedFromCount}'), '');
  await kubectl('wait', '--for=condition=Valid=False', 'ingressroute/blog', '--timeout=20s');
});

test('the description names the route that is wrong, and so does the Event', async () => {
  const text = 'route "/blog": Service [nowhere:80] is invalid or missing';
  await world.cluster.objects.apply(ingressRoute('front/plain', toBlog, { fqdn: 'plain.test' }));
  await world.status('team/blog', 'valid');
  await world.cluster.objects.apply(child('nowhere'));
  await world.status('team/blog', 'invalid');
  const description = await get('{.status.description}');
  assert.ok(description.startsWith(text), description);
  assert.equal(await get('{.status.conditions[0].message}'), description);
  await eventually(async () => {
    const table = rows(await kubectl('get', 'events', '--field-selector=involvedObject.name=blog'));
    const warning = table.find((row) => row.get('REASON') === 'ServiceMissing');
    assert.ok(warning?.get('MESSAGE')?.startsWith(text), JSON.stringify(warning && [...warning]));
  });
});

test('of many roots and many problems the first 20 are told, and all are counted', async () => {
  const hosts = Array.from({ length: 25 }, (_, index) => `h${String(index).padStart(2, '0')}`);
  const wrong = hosts.map((host) => [`/blog/${host}`, { service: `none-${host}` }]);
  await world.cluster.objects.apply(
    ...hosts.map((host) => ingressRoute(`front/${host}`, toBlog, { fqdn: `${host}.test` })),
    ingressRoute('team/blog', { '/blog': { service: 'one' }, ...Object.fromEntries(wrong) }),
  );
  await shows('{.status.problemsCount} {.status.reachedFromCount}', '25 26');
  const status = JSON.parse(await get('{.status}'));
  assert.deepEqual(
    status.reachedFrom.map(({ root }: { root: string }) => root),
    hosts.slice(0, 20).map((host) => `front/${host}`),
  );
  assert.deepEqual(
    status.problems.map(({ route }: { route: string }) => route),
    hosts.slice(0, 20).map((host) => `/blog/${host}`),
  );
});

test('contour writes it again if somebody else overwrites it', async () => {
  const patch = JSON.stringify({ status: { reachedFrom: null, reachedFromCount: 3 } });
  await kubectl('patch', 'ingressroute', 'blog', '--subresource=status', '--type=merge', `--patch=${patch}`);
  await shows('{.status.reachedFromCount} {.status.reachedFrom[0].root}', '26 front/h00');
});
