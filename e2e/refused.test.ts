// Three hosts of a thousand that Envoy refuses: all others are served and updated, the three keep what they had,
// their objects say what Envoy said, and they heal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../src/testing/deadline.ts';
import { echoOf } from '../src/testing/http-client.ts';
import { documents, ingress, type Paths } from './kit/manifests.ts';
import { startWorld, type World } from './kit/world.ts';

const good = Array.from({ length: 997 }, (_, index) => `h${index}.com`);
const bad = ['bad0.com', 'bad1.com', 'bad2.com'];
const files = (hosts: readonly string[], paths: Paths) =>
  documents(...hosts.map((host) => ingress(host.replace('.com', ''), host, paths)));
/** RE2 refuses it; a good pattern goes with it to show that the form of the path is not what is refused. */
const refused: Paths = { '/': 'two', '/(((': 'two', '/(x)': 'two' };

let world: World;
before(async () => {
  world = await startWorld({
    files: { 'good.yaml': files(good, { '/': 'one' }), 'bad.yaml': files(bad, { '/': 'one' }) },
  });
});
after(() => world.close());

async function allAnswer(hosts: readonly string[], backend: string): Promise<void> {
  for (const host of hosts) {
    const answer = await world.ask({ host });
    assert.equal(answer.status, 200, host);
    assert.equal(echoOf(answer).backend, backend, host);
  }
}

async function statuses(): Promise<(string | undefined)[]> {
  const all = new Map((await world.contour().status()).map((verdict) => [verdict.object, verdict]));
  return bad.map((host) => all.get(`Ingress/e2e/${host.replace('.com', '')}`)?.description);
}

test('the others are served, the three keep their last good version', async () => {
  await allAnswer([...good, ...bad], 'one');
  await world.write('bad.yaml', files(bad, refused));
  await world.write('good.yaml', files(good, { '/': 'two' }));
  await eventually(async () => {
    for (const description of await statuses()) assert.match(description ?? '', /missing \)/);
  });
  await eventually(() => allAnswer(good, 'two'));
  await allAnswer(bad, 'one');
});

test('no object but the three is told anything', async () => {
  const told = (await world.contour().status()).filter(({ problems }) => problems.length > 0);
  assert.deepEqual(told.map(({ object }) => object).sort(), [
    'Ingress/e2e/bad0',
    'Ingress/e2e/bad1',
    'Ingress/e2e/bad2',
  ]);
});

test('a change of another host goes through beside them', async () => {
  await world.write('late.yaml', files(['late.com'], { '/': 'one' }));
  await world.answers({ host: 'late.com' }, 'one');
});

test('an Envoy that starts now serves the same', async () => {
  const second = await world.anotherEnvoy();
  await second.live();
  await world.replaceEnvoy(second);
  await eventually(() => allAnswer(good, 'two'));
  await allAnswer(bad, 'one');
});

test('the three heal', async () => {
  await world.write('bad.yaml', files(bad, { '/': 'two' }));
  for (const host of bad) await world.answers({ host }, 'two');
  await eventually(async () =>
    assert.deepEqual(
      await statuses(),
      bad.map(() => 'valid Ingress'),
    ),
  );
});
