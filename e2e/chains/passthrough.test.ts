// Connections that are handed on to Services that end TLS themselves: whatever the Service says of its protocol, and with
// health checks, which are TLS of Envoy's own.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import type { Manifest } from '../kit/manifests.ts';
import { backing, closed } from '../routes/kit.ts';

const healthCheck = {
  ...{ path: '/ready', intervalSeconds: 1, timeoutSeconds: 1 },
  ...{ unhealthyThresholdCount: 1, healthyThresholdCount: 1 },
};
const names = ['steady', 'flaky'];
let ill = false;
let servers: readonly Server[];
let world: InProcess;
before(async () => {
  const pair = await selfSigned('inside.com');
  servers = names.map((name) =>
    createServer({ cert: pair.certificate, key: pair.key }, ({ url }, response) => {
      response.writeHead(url === '/ready' && ill && name === 'flaky' ? 503 : 200).end(name);
    }),
  );
  const ports = await Promise.all(servers.map((server) => listen(server)));
  world = await startInProcess([
    ...backing('silent', ports),
    ...backing('tls', ports, { 'upstream-protocol.tls': '80' }),
    ...backing('h2', ports, { 'upstream-protocol.h2': '80' }),
    ...['silent', 'tls', 'h2'].flatMap((name) => [
      passthrough(`${name}.com`, { name, port: 80 }),
      passthrough(`checked.${name}.com`, { name, port: 80, healthCheck }),
    ]),
  ]);
});
after(async () => {
  await world?.close();
  await Promise.all((servers ?? []).map(closed));
});

const passthrough = (fqdn: string, service: object): Manifest => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace: 'e2e', name: fqdn },
  spec: { virtualhost: { fqdn, tls: { passthrough: true } }, tcpproxy: { services: [service] } },
});

async function answerOf(host: string): Promise<string> {
  const { body, certificate } = await ask({ port: world.https, host, tls: { sni: host } });
  assert.equal(certificate, 'inside.com');
  return body.toString();
}

/** The servers that answer, by several connections in a row. */
async function answering(host: string): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let asked = 0; asked < 8; asked++) answers.push(await answerOf(host));
  return [...new Set(answers)].sort();
}

for (const name of ['silent', 'tls', 'h2']) {
  test(`Service ${name}: the client's TLS arrives as it is`, async () => {
    assert.deepEqual(await answering(`${name}.com`), ['flaky', 'steady']);
  });

  test(`Service ${name}: an endpoint whose checks fail leaves and comes back`, async () => {
    const host = `checked.${name}.com`;
    await eventually(async () => assert.deepEqual(await answering(host), ['flaky', 'steady']));
    ill = true;
    await eventually(async () => assert.deepEqual(await answering(host), ['steady']));
    ill = false;
    await eventually(async () => assert.deepEqual(await answering(host), ['flaky', 'steady']));
  });
}
