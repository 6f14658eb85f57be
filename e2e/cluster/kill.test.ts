// kill -9 of contour, again and again, while routes change through the API all the time and users ask: Envoy serves on,
// and in the end every status is right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Load, startLoad } from '../../src/testing/load.ts';
import { type Churn, startChurn } from './kit/churn.ts';
import { allowFresh, assertStored, freshState, stateOf } from './kit/fresh.ts';
import { type ClusterWorld, ingressRoute, startClusterWorld } from './kit/index.ts';
import { tlsSecretManifest } from './kit/secret-manifest.ts';

const kills = 50;
const perTest = 10;
const namespace = 'kill';
const secure = { host: 'secure.test', tls: { sni: 'secure.test' } };
let world: ClusterWorld;
let load: Load;
let churn: Churn;
before(async () => {
  const secret = tlsSecretManifest(`${namespace}/certificate`, await selfSigned('secure.test'));
  const routes = { '/': { service: 'one' } };
  world = await startClusterWorld({ tenants: [namespace] });
  await allowFresh(world.cluster);
  await world.cluster.objects.apply(
    secret,
    ingressRoute(`${namespace}/stable`, routes, { fqdn: 'stable.test' }),
    ingressRoute(`${namespace}/secure`, routes, { fqdn: 'secure.test', secretName: 'certificate' }),
  );
  await world.answers({ host: 'stable.test' }, 'one');
  await world.answers(secure, 'one');
  load = startLoad({
    ...{ port: world.ports.http, host: 'stable.test', path: '/' },
    ...{ connections: 2, pauseMs: 5 },
  });
  churn = startChurn(world, { namespace, workers: 6 });
});
after(async () => {
  await load?.stop();
  await world?.close();
});

/** What a new contour has come to when it is killed. */
const moments: readonly (() => Promise<unknown>)[] = [
  // It has begun to read the cluster.
  () => eventually(() => stateOf(world.ports.debug)),
  () => world.ready(),
  // Envoy serves what it sent; the status of it may be written or not.
  async () => {
    const before = churn.served();
    await eventually(() => assert.ok(churn.served() > before), { within: 60_000 });
  },
];

for (let first = 0; first < kills; first += perTest)
  test(`kill -9 of contour under churn and traffic, ${first + 1} to ${first + perTest}`, async () => {
    const before = churn.served();
    for (let kill = first; kill < first + perTest; kill++) {
      await world.restartContour({ signal: 'SIGKILL' });
      await world.answers(secure, 'one', { within: 0 });
      await moments[kill % moments.length]?.();
    }
    assert.ok(churn.served() > before, 'changes are served in between');
    assert.deepEqual(churn.mistakes, []);
    assert.deepEqual([...load.outcomes.keys()], ['200']);
  });

test(`after ${kills} kills all statuses are right, and contour knows what a fresh one knows`, async (t) => {
  await churn.stop();
  const fresh = await freshState(world.cluster);
  await eventually(async () => assert.deepEqual(await stateOf(world.ports.debug), fresh));
  await eventually(() => assertStored(world.cluster, fresh));
  assert.deepEqual(churn.mistakes, []);
  const outcomes = await load.stop();
  assert.deepEqual([...outcomes.keys()], ['200']);
  t.diagnostic(
    `${outcomes.get('200')} requests to the stable route, ${churn.served()} changes served, ${fresh.verdicts.length} statuses`,
  );
});
