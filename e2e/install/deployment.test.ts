// Envoys as a Deployment behind a Service, as with a load balancer of a cloud, here reached by the Service's node port.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { eventually } from '../../src/testing/deadline.ts';
import {
  answers,
  applyKuard,
  cleanUp,
  dumpOnFailure,
  home,
  install,
  kubectl,
  underLoad,
  uninstall,
  upgrade,
} from './kit/index.ts';

const settings = [
  'envoy.kind=deployment',
  'envoy.service.type=NodePort',
  'envoy.service.nodePorts.http=30080',
  'envoy.drain.timeoutSeconds=20',
  'ingressAddress.addresses={lb.example.com}',
];
const kuard = { port: 30_080, host: 'kuard.example.com' };
const inHome = (...args: readonly string[]) => kubectl(['--namespace', home, ...args]);
const step = (name: string, run: () => Promise<unknown>) =>
  test(name, () => dumpOnFailure([home, 'default'], run));

before(cleanUp);

step('helm installs it; kuard answers by the Service, under the address that was given', async () => {
  await install(settings);
  await applyKuard();
  await answers(200, kuard);
  const ingress = '--output=jsonpath={.status.loadBalancer.ingress[*].hostname}';
  await eventually(async () =>
    assert.equal(await kubectl(['get', 'ingress', 'kuard', ingress]), 'lb.example.com'),
  );
});

step('a rollout of Envoy under load fails no request', () =>
  underLoad(kuard, async () => {
    await inHome('rollout', 'restart', 'deployment/envoy');
    await inHome('rollout', 'status', 'deployment/envoy', '--timeout=180s');
  }),
);

step('an upgrade of the whole chart under load fails no request', () =>
  underLoad(kuard, () => upgrade([...settings, 'envoy.logLevel=warning', 'contour.logLevel=debug'])),
);

step('Envoys serve while contour is away', async () => {
  await inHome('scale', 'deployment/contour', '--replicas=0');
  await inHome(
    'wait',
    '--for=delete',
    'pod',
    '--selector=app.kubernetes.io/component=contour',
    '--timeout=60s',
  );
  await underLoad(kuard, async () => {});
  await inHome('scale', 'deployment/contour', '--replicas=1');
  await inHome('rollout', 'status', 'deployment/contour', '--timeout=90s');
});

step('uninstalling ends it', async () => {
  await kubectl(['delete', 'ingress,service,deployment', '--all', '--wait', '--namespace=default']);
  await uninstall();
  await kubectl(['delete', 'namespace', home, '--wait']);
});
