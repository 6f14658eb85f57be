// What kind and Docker are asked for. Whether they do it, only a machine with Docker can tell.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startKind } from './kind.ts';

const say = () => {};

test('creates a cluster, loads images, and deletes it', async () => {
  const asked: string[] = [];
  const cluster = await startKind({ say }, async (command, args) => {
    asked.push(`${command} ${args.join(' ')}`.replaceAll(/\S+\/kubeconfig/g, 'KUBECONFIG'));
    return command === 'docker' ? '172.18.0.2 \n' : '';
  });
  await cluster.loadImages(['a.tar', 'b.tar']);
  await cluster.stop();
  assert.equal(cluster.nodeAddress, '172.18.0.2');
  assert.deepEqual(
    asked.map((line) => line.replace(/--image \S+/, '--image IMAGE')),
    [
      'kind delete cluster --kubeconfig KUBECONFIG --name contour-e2e',
      'kind create cluster --image IMAGE --kubeconfig KUBECONFIG --wait 180s --name contour-e2e',
      'docker inspect --format {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}} contour-e2e-control-plane',
      'kind load image-archive a.tar --name contour-e2e',
      'kind load image-archive b.tar --name contour-e2e',
      'kind delete cluster --kubeconfig KUBECONFIG --name contour-e2e',
    ],
  );
});

test('deletes what was created when the rest fails', async () => {
  const asked: string[] = [];
  const failing = startKind({ say }, async (_, args) => {
    asked.push(args[0] ?? '');
    return '';
  });
  await assert.rejects(failing, /has no address/);
  assert.deepEqual(asked, ['delete', 'create', 'inspect', 'delete']);
});

test('says which program is missing', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    await assert.rejects(startKind({ say }), /kind is missing: install it, or take --provider local/);
  } finally {
    process.env.PATH = path;
  }
});
