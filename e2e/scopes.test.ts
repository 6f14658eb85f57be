// What Envoy holds: a scope for each host and listener, and no route configuration that all hosts share.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { selfSigned } from '../src/testing/certificates.ts';
import { eventually } from '../src/testing/deadline.ts';
import { documents, ingress, root, secretDocument } from './kit/manifests.ts';
import { startWorld, type World } from './kit/world.ts';

let world: World;
before(async () => {
  const pair = await selfSigned('tls.com');
  world = await startWorld({
    files: {
      'hosts.yaml':
        secretDocument('tls', pair) +
        documents(
          root('a', 'a.com', { '/': 'one' }),
          root('tls', 'tls.com', { '/': 'one' }, 'tls'),
          ingress('wild', '*.wild.com', { '/': 'two' }),
          ingress('everyone', undefined, { '/': 'two' }),
        ),
    },
  });
});
after(() => world.close());

async function scopes(): Promise<string[]> {
  const { configs = [] } = JSON.parse(
    await world.envoy().admin('/config_dump?resource=dynamic_scoped_route_configs'),
  );
  type Config = { readonly scoped_route_configs?: readonly { readonly name: string }[] };
  const names = configs.flatMap((config: Config) =>
    (config.scoped_route_configs ?? []).map(({ name }) => name),
  );
  return [...new Set<string>(names)].sort();
}

const initial = ['http/*', 'http/*.wild.com', 'http/a.com', 'http/tls.com', 'https/tls.com'];

test('one scope for each host and listener', async () => {
  assert.deepEqual(await scopes(), initial);
});

test('no RDS', async () => {
  const dump = JSON.parse(await world.envoy().admin('/config_dump?resource=dynamic_route_configs'));
  assert.deepEqual(dump.configs ?? [], []);
  assert.equal((await world.envoy().stats('\\.rds\\.')).size, 0);
});

test('a host that comes and goes is a scope that comes and goes', async () => {
  await world.write('b.yaml', documents(root('b', 'b.com', { '/': 'one' })));
  await world.answers({ host: 'b.com' }, 'one');
  assert.deepEqual(await scopes(), [...initial, 'http/b.com'].sort());
  await world.remove('b.yaml');
  await world.answers({ host: 'b.com' }, 'two');
  await eventually(async () => assert.deepEqual(await scopes(), initial));
});
