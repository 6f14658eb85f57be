// The cluster itself: what every other scenario takes for granted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { apply, dump, kubectl, readState } from './kit/index.ts';

const { images, nodeAddress } = readState();
const namespace = 'node-check';
const hostPort = 18_080;
const inNamespace = (...args: readonly string[]) => kubectl(['--namespace', namespace, ...args]);

before(async () => {
  await apply(`
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace} }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: ${namespace}, labels: { app: web } }
spec:
  containers:
    - name: kuard
      image: ${images.kuard}
      imagePullPolicy: IfNotPresent
      ports: [{ containerPort: 8080, hostPort: ${hostPort} }]
      readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: ${namespace} }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`);
});
after(async () => {
  // A namespace with a pod that takes its time looks for its end twice a minute.
  await inNamespace('delete', 'pod', 'web', '--grace-period=1', '--ignore-not-found');
  await kubectl(['delete', 'namespace', namespace]);
});

test('a pod runs and answers on its host port; logs can be read', async () => {
  await inNamespace('wait', '--for=condition=Ready', 'pod/web', '--timeout=60s').catch(async (error) => {
    await dump(namespace);
    throw error;
  });
  await eventually(async () => {
    const answer = await ask({ address: nodeAddress, port: hostPort, host: 'node.example.com' });
    assert.equal(answer.status, 200);
  });
  assert.match(await inNamespace('logs', 'web'), /\S/);
});

test('a pod finds a Service by its name and reaches it by its address', async () => {
  const script = `fetch('http://web.${namespace}.svc.cluster.local/').then((a) => console.log(a.status))`;
  await eventually(async () => {
    assert.equal(await inNamespace('exec', 'web', '--', 'node', '--eval', script), '200\n');
  });
});
