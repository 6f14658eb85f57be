// Three hosts among a thousand that Envoy refuses: all others are served and updated, the three keep what they had,
// their objects say what Envoy said, and they heal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../src/testing/deadline.ts';
import { documents, ingress, type Paths } from './kit/manifests.ts';
import { outcome, startWorld, type World } from './kit/world.ts';

const hosts = Array.from({ length: 1000 }, (_, index) => `h${index}.com`);
const bad = ['h300.com', 'h301.com', 'h900.com'];
const good = hosts.filter((host) => !bad.includes(host));
const file = (some: readonly string[], paths: (host: string) => Paths) =>
  documents(...some.map((host) => ingress(host.replace('.com', ''), host, paths(host))));
/** Larger than the bootstrap lets Envoy take; the one beside it is larger than Envoy takes by itself, and fine. */
const refused: Paths = { '/': 'two', '/(x{600}y{600})': 'two', '/(x{150})': 'two' };
const all = (paths: Paths) => file(hosts, (host) => (bad.includes(host) ? refused : paths));

let world: World;
before(async () => {
  world = await startWorld({
    refusals: 'expected',
    files: {
      'hosts.yaml': file(hosts, () => ({ '/': 'one' })),
      'everyone.yaml': documents(ingress('everyone', undefined, { '/': 'two' })),
    },
  });
});
after(() => world.close());

async function allAnswer(some: readonly string[], expected: string | number): Promise<void> {
  for (const host of some) assert.equal(outcome(await world.ask({ host })), expected, host);
}

async function stat(name: string): Promise<number> {
  const values = [...(await world.envoy().stats(`(^|\\.)${name}$`)).values()];
  assert.equal(values.length, 1, name);
  return values[0] ?? 0;
}

/** Objects of which something is told, with Envoy's words. */
async function toldOf(): Promise<readonly string[]> {
  const told = (await world.contour().status()).filter(({ problems }) => problems.length > 0);
  for (const { description } of told) assert.match(description, /RE2 program size/);
  return told.map(({ object }) => object).sort();
}

const objects = (some: readonly string[]) => some.map((host) => `Ingress/e2e/${host.replace('.com', '')}`);
const onlyTheThreeAreTold = () => eventually(async () => assert.deepEqual(await toldOf(), objects(bad)));

test('changed with a thousand others: those are served, the three keep their last good version', async () => {
  await allAnswer(hosts, 'one');
  await world.write('hosts.yaml', all({ '/': 'two' }));
  await onlyTheThreeAreTold();
  await eventually(() => allAnswer(good, 'two'));
  await allAnswer(bad, 'one');
  // Three alone take five responses to be found; among hundreds, the halving goes deeper.
  assert.ok((await stat('scoped_rds.contour.update_rejected')) > 8, 'they were refused among others');
});

test('each is logged with what Envoy said', async () => {
  for (const host of bad) {
    const line = new RegExp(`Envoy refused ScopedRouteConfiguration http/${host}: .*RE2 program size`);
    await eventually(() => assert.match(world.contour().output(), line));
  }
});

test('a change of another host goes through beside them', async () => {
  await world.write(
    'late.yaml',
    file(['late.com'], () => ({ '/': 'one' })),
  );
  await world.answers({ host: 'late.com' }, 'one');
});

test('an Envoy that starts now serves the same', async () => {
  const second = await world.anotherEnvoy();
  await second.live();
  await world.replaceEnvoy(second);
  await eventually(() => allAnswer(good, 'two'));
  await allAnswer(bad, 'one');
});

test('a control plane that dies and comes back knows no last good version, and takes none away', async () => {
  await world.contour().end('SIGKILL');
  world.restartContour();
  await onlyTheThreeAreTold();
  await world.write('hosts.yaml', all({ '/': 'one', '/again': 'two' }));
  await world.answers({ host: 'h999.com', path: '/again' }, 'two');
  await eventually(() => allAnswer(good, 'one'));
  await world.remove('late.yaml');
  await world.answers({ host: 'late.com' }, 'two');
  await allAnswer(bad, 'one');
  assert.equal(await stat('cluster_manager.cluster_removed'), 0);
});

test('an Envoy that starts after it answers 503 for the three, and no other tenant does', async () => {
  const third = await world.anotherEnvoy();
  await third.live();
  await world.replaceEnvoy(third);
  await allAnswer(good, 'one');
  await eventually(() => allAnswer(bad, 503));
});

test('the three heal', async () => {
  await world.write(
    'hosts.yaml',
    file(hosts, () => ({ '/': 'two' })),
  );
  for (const host of bad) await world.answers({ host }, 'two');
  await eventually(async () => assert.deepEqual(await toldOf(), []));
});

for (const time of ['the first', 'another']) {
  test(`a host that is refused when it appears for ${time} time is 503, not the default host's`, async () => {
    await world.write(
      'new.yaml',
      file(['new.com'], () => refused),
    );
    await world.answers({ host: 'new.com' }, 503);
    await eventually(async () => assert.deepEqual(await toldOf(), objects(['new.com'])));
    await world.answers({ host: 'new.com' }, 503, { within: 0 });
    await world.remove('new.yaml');
    await world.answers({ host: 'new.com' }, 'two');
    await eventually(async () => assert.deepEqual(await toldOf(), []));
  });
}
