// What people see of the resources, and what they must not see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redacted, renderResources } from './json.ts';
import { chainSecretName, clusterName } from './names.ts';
import {
  certificate,
  cluster,
  createWorld,
  forward,
  plainHost,
  route,
  tcpHost,
  tlsHost,
} from './testing/fixtures.ts';

function everything() {
  const world = createWorld({ useProxyProtocol: true });
  world.serve(
    plainHost('b.com', route('/', forward(cluster('b')))),
    tlsHost('a.com', certificate('1'), route('/', forward(cluster('a')))),
    tcpHost('tcp.com', certificate('2')),
  );
  world.resources.delete('Listener ingress_https');
  return [...world.resources.values(), ...world.translator.listeners().set];
}

const render = (showSecrets: boolean) =>
  JSON.parse(JSON.stringify(renderResources(everything(), { showSecrets })));
const names = (of: readonly { readonly name?: string; readonly clusterName?: string }[]) =>
  of.map(({ name, clusterName: endpoints }) => name ?? endpoints ?? '');

test('every list is there, sorted by name, with all messages inside unpacked', () => {
  const rendered = render(false);
  assert.deepEqual(Object.keys(rendered), [
    'listeners',
    'routes',
    'scopedRoutes',
    'clusters',
    'endpoints',
    'secrets',
  ]);
  assert.deepEqual(names(rendered.listeners), ['ingress_http', 'ingress_https', 'prefetch']);
  assert.deepEqual(rendered.routes, []);
  assert.deepEqual(names(rendered.scopedRoutes), ['http/a.com', 'http/b.com', 'http/tcp.com', 'https/a.com']);
  assert.deepEqual(names(rendered.clusters), [cluster('a'), cluster('b')].map(clusterName));
  assert.equal(rendered.endpoints.length, 2);
  assert.equal(
    rendered.listeners[0].filterChains[0].filters[0].typedConfig.httpFilters[0].typedConfig['@type'],
    'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua',
  );
});

test('the order of the resources does not matter', () => {
  const resources = everything();
  const options = { showSecrets: false };
  assert.deepEqual(renderResources([...resources].reverse(), options), renderResources(resources, options));
});

test('private keys are redacted, certificates are not', () => {
  const { secrets } = render(false);
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  assert.deepEqual(names(secrets), [chainSecretName('tcp.com'), 'a.com']);
  assert.deepEqual(secrets.slice(1), [
    {
      name: 'a.com',
      tlsCertificate: {
        certificateChain: { inlineBytes: base64(certificate('1').chain) },
        privateKey: { inlineString: redacted },
      },
    },
  ]);
  assert.equal(JSON.stringify(render(false)).includes(base64(certificate('1').key)), false);
  assert.equal(JSON.stringify(render(false)).includes(base64(certificate('2').key)), false);
  assert.ok(JSON.stringify(render(false).secrets).includes(base64(certificate('2').chain)));
  assert.ok(JSON.stringify(render(true).secrets).includes(base64(certificate('2').key)));
  assert.deepEqual(render(true).secrets[1].tlsCertificate.privateKey, {
    inlineBytes: base64(certificate('1').key),
  });
});
