// Step: a Node that runs TypeScript and the libraries we use. An older one only runs this set-up.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasContent, keep } from './cache.mjs';
import { SetupFailure } from './failure.mjs';
import { capture, findProgram } from './process.mjs';

const version = '24.21.0';
const oldest = [22, 22];
const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** Sets `context.node` and puts it first in `context.env.PATH`. */
export function nodeStep(context) {
  const recent = isRecent(process.versions.node);
  const platform = `${process.platform}-${process.arch}`;
  const inside = join('node_modules', `node-${platform}`, 'bin');
  const place = join(context.cache, `node-${version}`);
  const isWhole = (folder) => hasContent(join(folder, inside, 'node'));
  return {
    title: `Node ${version}`,
    isDone: () => recent || isWhole(place),
    check() {
      const remedy = `install Node ${oldest.join('.')} or newer and put it first in PATH`;
      if (!platforms.includes(platform))
        throw new SetupFailure(`there is no packaged Node for ${platform}: ${remedy}`);
      if (findProgram('npm') === undefined) throw new SetupFailure(`npm is missing: ${remedy}, with its npm`);
    },
    run: (note) =>
      keep(place, {
        isWhole,
        waiting: () => note('another set-up installs it, waiting'),
        make: (aside) => install(aside, note),
      }),
    finish() {
      context.node = recent ? process.execPath : join(place, inside, 'node');
      context.env.PATH = `${join(context.node, '..')}:${context.env.PATH ?? ''}`;
    },
  };

  async function install(aside, note) {
    note('installing from npm');
    await mkdir(aside, { recursive: true });
    await writeFile(join(aside, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
    await capture('npm', ['install', ...flags, '--prefix', aside, `node-${platform}@${version}`], {
      cwd: aside,
    });
    const answer = await capture(join(aside, inside, 'node'), ['--version']);
    if (answer.trim() !== `v${version}`)
      throw new SetupFailure(`the packaged Node calls itself ${answer.trim()} instead of v${version}`);
  }
}

/** The path of the packaged Node, whatever runs this: installed if it is missing. For what leaves this machine. */
export async function packagedNode(context, note) {
  const step = nodeStep(context);
  await step.check();
  await step.run(note);
  return join(
    context.cache,
    `node-${version}`,
    'node_modules',
    `node-${process.platform}-${process.arch}`,
    'bin/node',
  );
}

/** Is this version (`22.22.0`) new enough to run the project itself? */
export function isRecent(running) {
  const [major, minor] = running.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
