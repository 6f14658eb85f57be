// What docs/validate.md shows is what happens. Its commands with a cluster run in e2e/cluster/validate.test.ts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { shownCommands } from '../testing/console-blocks.ts';
import { runCommandLine } from './program.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/validate.md'), 'utf8');
const alone = shownCommands(text).filter(({ args }) => !args.includes('--against-cluster'));

async function run(args: readonly string[]) {
  let [out, err] = ['', ''];
  const io = {
    stdout: (text: string) => (out += text),
    stderr: (text: string) => (err += text),
    stdin: async function* () {},
    colours: false,
    signal: new AbortController().signal,
  };
  const code = await runCommandLine(args, io, () => assert.fail('nothing is served'));
  return { code, output: out + err };
}

describe('docs/validate.md', () => {
  before(() => process.chdir(root));

  for (const { args, output, code } of alone)
    it(`contour ${args.join(' ')}`, async () => {
      assert.deepEqual(await run(args), { code, output });
    });

  it('shows commands', () => assert.ok(alone.length >= 2));

  it('the workflow is YAML, and its commands have flags that exist', async () => {
    const [, workflow = ''] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? [];
    const steps: readonly { readonly run?: string }[] = parse(workflow).jobs.routes.steps;
    const commands = steps.flatMap(({ run }) => run?.split('| ').at(-1) ?? []);
    assert.equal(commands.length, 2);
    for (const command of commands) {
      const args = command.split(' ').slice(1);
      const here = args.map((arg) => (arg === './manifests' ? 'examples/validate/shop' : arg));
      const { code, output } = await run(here.filter((arg) => arg !== '--against-cluster'));
      assert.ok(code === 0 || code === 1, `${command}\n${output}`);
    }
  });
});
