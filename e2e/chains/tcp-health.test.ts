// Connections whose TLS ends at Envoy go to endpoints that are healthy, as requests tell.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { listen } from '../../src/testing/ports.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { backing, closed } from '../routes/kit.ts';
import { secret } from './kit/objects.ts';

const host = 'ended.com';
let ill = false;
let servers: readonly Server[];
let world: InProcess;
before(async () => {
  servers = ['steady', 'flaky'].map((name) =>
    createServer(({ url }, response) => {
      response.writeHead(url === '/ready' && ill && name === 'flaky' ? 503 : 200).end(name);
    }),
  );
  const healthCheck = {
    ...{ path: '/ready', intervalSeconds: 1, timeoutSeconds: 1 },
    ...{ unhealthyThresholdCount: 1, healthyThresholdCount: 1 },
  };
  world = await startInProcess([
    ...backing('web', await Promise.all(servers.map((server) => listen(server)))),
    secret('pair', await selfSigned(host)),
    {
      apiVersion: 'contour.heptio.com/v1beta1',
      kind: 'IngressRoute',
      metadata: { namespace: 'e2e', name: 'ended' },
      spec: {
        virtualhost: { fqdn: host, tls: { secretName: 'pair' } },
        tcpproxy: { services: [{ name: 'web', port: 80, healthCheck }] },
      },
    },
  ]);
});
after(async () => {
  await world?.close();
  await Promise.all((servers ?? []).map(closed));
});

/** The servers that answer, by several connections in a row. */
async function answering(): Promise<readonly string[]> {
  const answers = new Set<string>();
  for (let asked = 0; asked < 8; asked++)
    answers.add((await ask({ port: world.https, host, tls: { sni: host } })).body.toString());
  return [...answers].sort();
}

test('an endpoint whose checks fail leaves and comes back', async () => {
  await eventually(async () => assert.deepEqual(await answering(), ['flaky', 'steady']));
  ill = true;
  await eventually(async () => assert.deepEqual(await answering(), ['steady']));
  ill = false;
  await eventually(async () => assert.deepEqual(await answering(), ['flaky', 'steady']));
});
