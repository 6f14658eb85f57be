// The life of a release on a real API server, without nodes: what an upgrade changes and leaves, and what remains.
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chart, helm, root } from '../../src/testing/chart/helm.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type ClusterOptions, startCluster } from './kit/index.ts';

const home = 'heptio-contour';

/** A cluster that nobody has prepared, but for what the options say. */
async function clusterOf(test: TestContext, options: ClusterOptions) {
  const cluster = await startCluster({ ...options, withoutPermissions: true });
  test.after(cluster.close);
  const run = (...args: readonly string[]) =>
    helm([...args, '-n', home, `--kubeconfig=${cluster.kubeconfig('admin')}`], {
      env: { KUBECACHEDIR: join(cluster.directory, 'discovery') },
    });
  return { cluster, run };
}

/** The chart as it may have been before: an IngressRoute's `spec` takes anything. */
async function olderChart(directory: string): Promise<string> {
  const folder = join(directory, 'older');
  await cp(join(root, chart), folder, { recursive: true });
  const file = join(folder, 'templates/crds/ingressroutes.yaml');
  const [head = ''] = (await readFile(file, 'utf8')).split(/^ {12}spec:\n/m);
  const anything = '            spec: { type: object, x-kubernetes-preserve-unknown-fields: true }\n';
  await writeFile(file, `${head}${anything}      subresources: { status: {} }\n{{- end }}\n`);
  return folder;
}

const route = (spec: object) => ({
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace: home, name: 'root' },
  spec,
});

test('install, upgrade and uninstall', async (context) => {
  const { cluster, run } = await clusterOf(context, { withoutKinds: true });
  const get = (...args: readonly string[]) => cluster.kubectl(['get', '-n', home, ...args]);
  const older = await olderChart(cluster.directory);
  const notes = await run('install', 'contour', older, '--create-namespace');
  assert.match(notes, /kubectl -n heptio-contour rollout status daemonset\/envoy\n/);
  const odd = route({ virtualhost: { fqdn: 'a.example.com' }, routes: [{ match: 'no slash' }] });
  await eventually(() => cluster.objects.apply(odd), { every: 100 });

  // certgen, in short.
  const data = { 'ca.crt': 'Y2E=', 'tls.crt': 'Y2VydA==', 'tls.key': 'a2V5' };
  for (const secret of ['contourcert', 'envoycert'])
    await cluster.kubectl([
      'patch',
      'secret',
      secret,
      '-n',
      home,
      '--type=merge',
      '-p',
      JSON.stringify({ data }),
    ]);

  const [before] = (await get('jobs', '-o', 'name')).trim().split('\n');
  await run('upgrade', 'contour', chart, '--set=contour.logLevel=debug');
  const kept = JSON.parse(await get('secret', 'envoycert', '-o', 'json'));
  assert.deepEqual(kept.data, data, 'an upgrade leaves certificates alone');
  const jobs = (await get('jobs', '-o', 'name')).trim().split('\n');
  assert.equal(jobs.length, 1);
  assert.notEqual(jobs[0], before, 'certgen runs again');
  await eventually(
    () =>
      assert.rejects(cluster.objects.apply({ ...odd, metadata: { namespace: home, name: 'new' } }), /422/),
    {
      every: 100,
    },
  );
  assert.equal((await cluster.objects.get('IngressRoute', home, 'root'))?.metadata?.name, 'root');

  await run('uninstall', 'contour');
  const left = await get('all,secrets,serviceaccounts,roles,rolebindings,networkpolicies,pdb', '-o', 'name');
  assert.deepEqual(
    left
      .trim()
      .split('\n')
      .filter((name) => !/^(serviceaccount\/default|)$/.test(name)),
    [],
  );
  const wide = await cluster.kubectl([
    'get',
    'clusterroles,clusterrolebindings,ingressclasses',
    '-o',
    'name',
  ]);
  assert.doesNotMatch(wide, /contour/);
  assert.match(await get('ingressroutes', '-o', 'name'), /ingressroute.*\/root/, 'no route is lost');
  await run('install', 'contour', chart);
  await run('uninstall', 'contour');
});

test('kinds that kubectl applied before', async (context) => {
  const { run } = await clusterOf(context, {});
  const install = ['install', 'contour', chart, '--create-namespace'];
  await assert.rejects(run(...install), /invalid ownership metadata/);
  await run(...install, '--take-ownership');
});
