// Mode sidecar: one pod holds contour and Envoy, which talk over loopback.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  answers,
  applyKuard,
  cleanUp,
  dumpOnFailure,
  home,
  install,
  kubectl,
  uninstall,
  upgrade,
} from './kit/index.ts';

const kuard = { port: 80, host: 'kuard.example.com' };
const step = (name: string, run: () => Promise<unknown>) =>
  test(name, () => dumpOnFailure([home, 'default'], run));

before(cleanUp);

step('helm installs it; kuard answers on the host port', async () => {
  assert.match(await install(['mode=sidecar']), /STATUS: deployed/);
  await applyKuard();
  await answers(200, kuard);
  const pods = await kubectl(['--namespace', home, 'get', 'pods', '--output=name']);
  assert.match(pods, /^pod\/contour-\S+\n$/);
});

step("an upgrade to the node's own network serves on Envoy's ports", async () => {
  await upgrade(['mode=sidecar', 'envoy.hostNetwork=true']);
  await answers(200, { ...kuard, port: 8080 });
});

step('uninstalling ends it', async () => {
  await kubectl(['delete', 'ingress,service,deployment', '--all', '--wait', '--namespace=default']);
  await uninstall();
  await kubectl(['delete', 'namespace', home, '--wait']);
});
