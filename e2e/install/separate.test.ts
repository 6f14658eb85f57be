// The default: contour is a Deployment, Envoy a DaemonSet on ports 80 and 443 of its nodes. One story, in order.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { tlsSecret } from '../../src/testing/tls-secret.ts';
import {
  answers,
  apply,
  applyKuard,
  cleanUp,
  dumpOnFailure,
  everything,
  example,
  home,
  install,
  kubectl,
  readState,
  removeKinds,
  underLoad,
  uninstall,
  upgrade,
} from './kit/index.ts';

const { images, nodeAddress } = readState();
const port = 80;
const kuard = { port, host: 'kuard.example.com' };
const step = (name: string, run: () => Promise<unknown>) =>
  test(name, () => dumpOnFailure([home, 'default'], run));

const valid = (name: string) => ['wait', '--for=condition=Valid', `ingressroute/${name}`, '--timeout=30s'];

const delegation = (host: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: team }
---
apiVersion: contour.heptio.com/v1beta1
kind: IngressRoute
metadata: { name: shop, namespace: default }
spec:
  virtualhost: { fqdn: ${host}, tls: { secretName: shop-tls } }
  routes:
    - match: /team
      delegate: { name: team, namespace: team }
---
apiVersion: contour.heptio.com/v1beta1
kind: IngressRoute
metadata: { name: team, namespace: team }
spec:
  routes:
    - match: /team
      services: [{ name: kuard, port: 80 }]
---
apiVersion: v1
kind: Service
metadata: { name: kuard, namespace: team }
spec: { selector: { app: kuard }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: kuard, namespace: team }
spec:
  selector: { matchLabels: { app: kuard } }
  template:
    metadata: { labels: { app: kuard } }
    spec:
      containers:
        - name: kuard
          image: ${images.kuard}
          readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 1 }
`;

let atFirst: ReadonlySet<string>;

before(cleanUp);

step('helm installs it from nothing, and every pod becomes ready', async () => {
  await removeKinds();
  atFirst = await everything();
  assert.match(await install(), /STATUS: deployed/);
});

step('kuard answers on the host port, and kubectl shows where', async () => {
  await applyKuard();
  await answers(200, kuard);
  const ingress = '--output=jsonpath={.status.loadBalancer.ingress[*].ip}';
  await eventually(async () =>
    assert.equal(await kubectl(['get', 'ingress', 'kuard', ingress]), nodeAddress),
  );
  const shown = await kubectl(['get', 'po,svc,ing']);
  assert.match(shown, /pod\/kuard-\S+ +1\/1 +Running/);
  assert.match(shown, /service\/kuard +ClusterIP/);
  assert.match(
    shown,
    new RegExp(`ingress.networking.k8s.io/kuard +\\S+ +\\* +${nodeAddress.replaceAll('.', '\\.')} +80`),
  );
});

step('an IngressRoute is valid and serves', async () => {
  await apply(await example('kuard-ingressroute.yaml'));
  await kubectl(valid('kuard'));
  const shown = await kubectl(['get', 'ingressroutes.contour.heptio.com']);
  assert.match(
    shown,
    /^NAME +FQDN +TLS SECRET +STATUS +STATUS DESCRIPTION +AGE\nkuard +\S+ .*valid +valid IngressRoute/,
  );
  const host = await kubectl(['get', 'ingressroute', 'kuard', '--output=jsonpath={.spec.virtualhost.fqdn}']);
  await answers(200, { port, host });
});

step('a root with TLS delegates to another namespace', async () => {
  const host = 'shop.example.com';
  await apply(tlsSecret('default', 'shop-tls', await selfSigned(host)));
  await apply(delegation(host));
  for (const name of ['shop', 'team'])
    await kubectl(['--namespace', name === 'team' ? 'team' : 'default', ...valid(name)]);
  const tls = { sni: host };
  const answer = await answers(200, { port: 443, host, path: '/team', tls });
  assert.equal(answer.certificate, host);
  await answers(301, { port, host, path: '/team' });
  await answers(404, { port: 443, host, path: '/elsewhere', tls });
});

step('scaling up and down under load fails no request', () =>
  underLoad(kuard, async () => {
    for (const replicas of [5, 2, 3]) {
      await kubectl(['scale', 'deployment/kuard', `--replicas=${replicas}`]);
      await kubectl(['rollout', 'status', 'deployment/kuard', '--timeout=90s']);
    }
  }),
);

step('a rollout under load fails no request', () =>
  underLoad(kuard, async () => {
    await kubectl(['rollout', 'restart', 'deployment/kuard']);
    await kubectl(['rollout', 'status', 'deployment/kuard', '--timeout=120s']);
  }),
);

step('an upgrade of contour under load fails no request, and changes are served after it', async () => {
  const pods = () => kubectl(['--namespace', home, 'get', 'pods', '--output=name']);
  const old = await pods();
  await underLoad(kuard, () => upgrade(['contour.logLevel=debug']));
  assert.notEqual(await pods(), old);
  const host = 'later.example.com';
  await kubectl([
    'patch',
    'ingressroute',
    'kuard',
    '--type=merge',
    `--patch={"spec":{"virtualhost":{"fqdn":"${host}"}}}`,
  ]);
  await answers(200, { port, host });
});

step('uninstalling leaves the CRDs and nothing else', async () => {
  await kubectl(['delete', 'namespace', 'team', '--wait']);
  await kubectl([
    'delete',
    'ingressroute,ingress,service,deployment,secret',
    '--all',
    '--wait',
    '--namespace=default',
  ]);
  await uninstall();
  await kubectl(['delete', 'namespace', home, '--wait']);
  await eventually(
    async () => {
      const left = [...(await everything())].filter((object) => !atFirst.has(object));
      // The first is the API server's own, for the group of the others.
      assert.deepEqual(left.sort(), [
        'APIService /v1beta1.contour.heptio.com',
        'CustomResourceDefinition /ingressroutes.contour.heptio.com',
        'CustomResourceDefinition /tlscertificatedelegations.contour.heptio.com',
      ]);
    },
    { within: 60_000, every: 1_000 },
  );
});
