// The matcher against the examples of the design, so that it and the product can't be wrong together there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { allowedAnswers } from './matcher.ts';
import type { IngressRoute, RouteItem, WorldObject } from './objects.ts';
import { normalised, rewritten } from './paths.ts';

const server = (namespace: string, name: string): WorldObject[] => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { ports: [{ port: 80, protocol: 'TCP' }] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name },
    addressType: 'IPv4',
    ports: [{ port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: ['127.0.0.1'] }],
  },
];

function route(where: string, fqdn: string | undefined, ...routes: RouteItem[]): IngressRoute {
  const [namespace = '', name = ''] = where.split('/');
  return {
    apiVersion: 'contour.heptio.com/v1beta1',
    kind: 'IngressRoute',
    metadata: { namespace, name },
    spec: { ...(fqdn !== undefined && { virtualhost: { fqdn } }), routes },
  };
}

const to = (match: string, ...names: string[]): RouteItem => ({
  match,
  services: names.map((name) => ({ name, port: 80 })),
});
const delegated = (match: string, namespace: string, name: string): RouteItem => ({
  match,
  delegate: { namespace, name },
});

const world: readonly WorldObject[] = [
  ...['a/s', 'a/t', 'b/s'].flatMap((where) => server(where.slice(0, 1), where.slice(2))),
  route('a/blog', 'blog.com', to('/blog', 's'), to('/docs/', 't'), to('/', 't'), to('/half', 's', 'gone')),
  route('b/thief', 'blog.com', to('/', 's')),
  route('a/lone', 'lone.com', to('/lone', 's'), to('/broken', 'gone'), to('/lone', 't')),
  route('a/top', 'top.com', delegated('/x', 'b', 'x'), delegated('/y', 'b', 'x'), to('/x/own', 't')),
  route('b/x', undefined, to('/x/in', 's'), to('/x/own', 's'), to('/xy', 's'), delegated('/x/up', 'b', 'x')),
];

const answers: readonly (readonly [host: string, path: string, ...answers: string[]])[] = [
  ['blog.com', '/blog', 'a/s /blog'],
  ['blog.com', '/blog/x?y', 'a/s /blog/x?y'],
  ['blog.com', '/blogger', 'a/t /blogger'],
  ['blog.com', '/docs', 'a/t /docs'],
  ['BLOG.com.', '//blog/../blog/./x', 'a/s /blog/x'],
  ['blog.com:80', '/half', 'a/s /half', '503'],
  ['lone.com', '/lone', 'a/t /lone'],
  ['lone.com', '/docs', '404'],
  ['lone.com', '/broken/x', '503'],
  ['top.com', '/x/in/y', 'b/s /x/in/y'],
  ['top.com', '/x/own', 'a/t /x/own'],
  ['top.com', '/x/up', '503'],
  ['top.com', '/x/other', '404'],
  ['top.com', '/xy', '404'],
  ['top.com', '/y', '503'],
  ['nobody.com', '/', '404'],
];
const settings = { rootNamespaces: [], disablePermitInsecure: false, prefixMatch: 'segment' } as const;
for (const [host, path, ...expected] of answers) {
  test(`${host} ${path}: ${expected.join(' or ')}`, () => {
    assert.deepEqual([...allowedAnswers(world, { host, path, sni: undefined }, settings)], expected);
  });
}

const paths = [
  ['/a//../b', '/a/b'],
  ['/a/./b/..', '/a/'],
  ['/../a%2fb//', '/a%2fb/'],
] as const;
for (const [sent, expected] of paths) {
  test(`${sent} is ${expected}`, () => assert.equal(normalised(sent), expected));
}

const rewrites = [
  ['/blog/x', '/blog', '/', '/x'],
  ['/blog/x', '/blog', '/v1/', '/v1/x'],
  ['/blog', '/blog', '/v1', '/v1'],
  ['/x', '/', '/v1', '/v1/x'],
  ['/blog/', '/blog/', '/v1', '/v1/'],
] as const;
for (const [path, prefix, replacement, expected] of rewrites) {
  test(`${path} with ${prefix} as ${replacement} is ${expected}`, () =>
    assert.equal(rewritten(path, prefix, replacement), expected));
}

/** The file and all that it imports from beside it. */
async function withImports(file: string, known = new Set<string>()): Promise<ReadonlySet<string>> {
  if (known.has(file)) return known;
  known.add(file);
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  for (const [, from = ''] of text.matchAll(/ from '([^']+)'/g)) {
    if (from.startsWith('./')) await withImports(from, known);
    else known.add(from);
  }
  return known;
}

test('it shares no code with the product', async () => {
  const files = await withImports('./matcher.ts');
  assert.ok(files.has('./tables.ts'), 'imports are followed');
  assert.deepEqual(
    [...files].filter((file) => !/^(\.\/[a-z-]+\.ts|node:[a-z/]+)$/.test(file)),
    [],
  );
});
