// The folder as its users know it: a save is served, a mistake is shown and changes nothing.
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../src/testing/deadline.ts';
import { documents, root } from './kit/manifests.ts';
import { startWorld, type World } from './kit/world.ts';

let world: World;
before(async () => {
  world = await startWorld({ files: { 'a.yaml': documents(root('a', 'a.com', { '/': 'one' })) } });
});
after(() => world.close());

const statusOf = async (name: string) =>
  (await world.contour().status()).find(({ object }) => object === `IngressRoute/e2e/${name}`);

test('an edit is served', async () => {
  await world.answers({ host: 'a.com', path: '/new' }, 'one');
  await world.write('a.yaml', documents(root('a', 'a.com', { '/': 'one', '/new': 'two' })));
  await world.answers({ host: 'a.com', path: '/new' }, 'two');
  await world.answers({ host: 'a.com', path: '/old' }, 'one');
});

test('a save by renaming a new file over the old one is served', async () => {
  const file = join(world.folder, 'a.yaml');
  await writeFile(`${file}~`, documents(root('a', 'a.com', { '/': 'two' })));
  await rename(`${file}~`, file);
  await world.answers({ host: 'a.com' }, 'two');
});

test('a YAML mistake is shown with its place and the last good content serves on', async () => {
  const good = documents(root('b', 'b.com', { '/': 'one' }));
  await world.write('b.yaml', good);
  await world.answers({ host: 'b.com' }, 'one');
  await world.write('b.yaml', 'apiVersion: v1\nkind: Service\nspec: {\n  ports: [ ]]\n');
  await eventually(() => assert.match(world.contour().output(), /b\.yaml:\d+:\d+/));
  // Another file's change goes through, so the broken one had its turn; what it served is served still.
  await world.write('c.yaml', documents(root('c', 'c.com', { '/': 'one' })));
  await world.answers({ host: 'c.com' }, 'one');
  await world.answers({ host: 'b.com' }, 'one', { within: 0 });
  await world.write('b.yaml', documents(root('b', 'b.com', { '/': 'two' })));
  await world.answers({ host: 'b.com' }, 'two');
});

test('a missing Service is told, answers 503 for its path alone, and heals', async () => {
  await world.write('d.yaml', documents(root('d', 'd.com', { '/': 'one', '/bad': 'missing' })));
  await world.answers({ host: 'd.com', path: '/bad' }, 503);
  await world.answers({ host: 'd.com', path: '/badly' }, 'one');
  await eventually(async () => {
    const status = await statusOf('d');
    assert.equal(status?.currentStatus, 'invalid');
    assert.match(status.description, /missing/);
  });
  await world.write('d.yaml', documents(root('d', 'd.com', { '/': 'one', '/bad': 'two' })));
  await world.answers({ host: 'd.com', path: '/bad' }, 'two');
  await eventually(async () => assert.equal((await statusOf('d'))?.currentStatus, 'valid'));
});

test('a file that goes takes its hosts with it', async () => {
  await world.write('e.yaml', documents(root('e', 'e.com', { '/': 'one' })));
  await world.answers({ host: 'e.com' }, 'one');
  await world.remove('e.yaml');
  await world.answers({ host: 'e.com' }, 404);
});
