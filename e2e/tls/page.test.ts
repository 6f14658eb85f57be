// What docs/tls.md shows and names: its commands give what stands below them, its flags and counters exist.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { serveFlags, translateFlags } from '../../src/config/flags.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import { secret, tlsRoot } from '../chains/kit/objects.ts';
import type { World } from '../kit/world.ts';
import { modes, served, startMode } from './kit/world.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/tls.md'), 'utf8');
const host = 'shop.example.com';

interface Shown {
  readonly mode: string;
  readonly command: string;
  readonly output: string;
}

const blocks = [...page.matchAll(/<!-- run: (\S+) -->\n```console\n(.*?)```/gs)];
const shown: readonly Shown[] = blocks.flatMap(([, mode = '', block = '']) =>
  [...block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command = '', output = '']) => ({
    ...{ mode, command, output },
  })),
);

for (const mode of modes) {
  describe(`commands, --tls-certificates ${mode}`, () => {
    let world: World;
    before(async () => {
      const pair = await selfSigned(host);
      world = await startMode(mode, [secret('shop', pair), tlsRoot(host, { secretName: 'shop' }, 'one')]);
      await served(world, host);
    });
    after(() => world.close());

    for (const { command, output } of shown.filter((one) => [mode, 'both'].includes(one.mode))) {
      test(command.slice(0, 100), async () => {
        const here = command.replaceAll('8443', String(world.ports.https));
        const { stdout } = await promisify(execFile)('sh', ['-c', here]);
        assert.equal(stdout.replace('CN=', 'CN = '), output);
      });
    }

    test('counters', async () => {
      const table = page.slice(page.indexOf('| `listener.0.0.0.0_8443.` |'));
      const names = [...table.matchAll(/`((?:ssl|on_demand|downstream|server_ssl)[\w.]+)`/g)];
      assert.equal(names.length, 7);
      const counters = await world.envoy().stats(`^listener\\.127\\.0\\.0\\.1_${world.ports.https}\\.`);
      for (const [, name = ''] of names)
        assert.ok(counters.has(`listener.127.0.0.1_${world.ports.https}.${name}`), name);
    });
  });
}

test('commands are found', () => assert.equal(shown.length, 7));

test('flags exist', () => {
  for (const [, name = ''] of page.matchAll(/`--([a-z-]+)[`=]/g))
    assert.ok(name in serveFlags || name in translateFlags, name);
});
