// TLS as kubeconfigs describe it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { systemClock } from '../../runtime/clock.ts';
import { selfSigned } from '../../testing/certificates.ts';
import { resources } from '../resources.ts';
import { kubeConfigOf, startWorld, unaborted } from '../testing/fake-api-server-client.ts';
import { createKubeApi } from './client.ts';

const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
const cart = { namespace: 'shop', name: 'cart' };
const authority = await selfSigned('fake-api');
const joe = await selfSigned('joe');
const tls = { key: authority.key, cert: authority.certificate };
const trusting = { caData: base64(authority.certificate), tlsServerName: 'fake-api' };

type Options = Parameters<typeof startWorld>[1];

async function world(t: TestContext, options: Options) {
  const { server, api } = await startWorld(t, { tls, ...options });
  return { server, get: () => api.get(resources.services, cart, unaborted()) };
}

describe('TLS to the API server', () => {
  test('with its CA and its name', async (t) => {
    const { server, get } = await world(t, { cluster: trusting, user: { token: 'abc' } });
    assert.equal(await get(), undefined);
    assert.equal(server.requests[0]?.headers.authorization, 'Bearer abc');
  });

  test('with a client certificate', async (t) => {
    const user = { certData: base64(joe.certificate), keyData: base64(joe.key) };
    const { server, get } = await world(t, {
      ...{ cluster: trusting, user },
      tls: { ...tls, clientCa: joe.certificate },
    });
    assert.equal(await get(), undefined);
    assert.equal(server.requests[0]?.client, 'joe');
  });

  test('with its CA, and no user', async (t) => {
    const { server } = await startWorld(t, { tls });
    const kubeConfig = kubeConfigOf({ cluster: { ...trusting, server: server.url } });
    kubeConfig.users = [];
    const api = createKubeApi({ kubeConfig, clock: systemClock });
    t.after(() => api.close());
    assert.equal(await api.get(resources.services, cart, unaborted()), undefined);
  });

  test('insecure-skip-tls-verify', async (t) => {
    const { get } = await world(t, { cluster: { skipTLSVerify: true } });
    assert.equal(await get(), undefined);
  });

  for (const [name, options, words] of [
    ['an unknown authority', { cluster: { tlsServerName: 'fake-api' } }, /self-signed certificate/],
    ['another CA', { cluster: { ...trusting, caData: base64(joe.certificate) } }, /self-signed certificate/],
    ['another name', { cluster: { caData: trusting.caData } }, /does not match certificate's altnames/],
    ['no client certificate', { cluster: trusting, tls: { ...tls, clientCa: joe.certificate } }, /./],
    [
      "a client's key of another certificate",
      { cluster: trusting, user: { certData: base64(joe.certificate), keyData: base64(authority.key) } },
      /key values mismatch/,
    ],
  ] as const) {
    test(`${name} is an error of code 0, and no request is seen`, async (t) => {
      const { server, get } = await world(t, options);
      await assert.rejects(get(), { name: 'ApiError', code: 0, message: words });
      assert.deepEqual(server.requests, []);
    });
  }
});

test('proxy-url: requests and watches go through a tunnel', async (t) => {
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, client) => {
    tunnels.push(`${request.url} ${request.headers['proxy-authorization']}`);
    const [host, port] = (request.url ?? '').split(':');
    const upstream = connectTcp(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => {});
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const proxyUrl = `http://joe:pw@127.0.0.1:${port}`;
  const { server, api } = await startWorld(t, { tls, cluster: { ...trusting, proxyUrl } });
  server.put(resources.services, { metadata: cart });
  assert.notEqual(await api.get(resources.services, cart, unaborted()), undefined);
  const options = { resourceVersion: '1', timeoutSeconds: 300, signal: unaborted() };
  for await (const [event] of api.watch(resources.services, options)) {
    assert.equal(event?.type, 'ADDED');
    break;
  }
  const basic = Buffer.from('joe:pw').toString('base64');
  assert.ok(tunnels.length > 0);
  for (const tunnel of tunnels) assert.equal(tunnel, `${new URL(server.url).host} Basic ${basic}`);
});
