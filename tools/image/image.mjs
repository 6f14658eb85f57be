// `node tools/run.mjs image`: one of the Dockerfile's images, with Docker or buildah.
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { cacheRoot } from '../setup/cache.mjs';
import { packagedNode } from '../setup/node.mjs';
import { capture, findProgram } from '../setup/process.mjs';
import { duration } from '../setup/progress.mjs';
import { build, findBuilder, save } from './builders.mjs';
import { debianBases } from './debian.mjs';
import { help, readOptions } from './options.mjs';

const say = (text) => process.stderr.write(`image: ${text}\n`);

/** Builds, and returns the exit code. `setUp` brings the programs that bases of Debian's packages hold. */
export async function image(args, { root, setUp }) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const options = readOptions(args, version);
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const start = performance.now();
  const builder = await findBuilder(options.builder);
  const bases = options.base === 'debian' ? await debianBases(builder, await programs(setUp)) : {};
  say(`building ${options.tag} with ${builder.name}`);
  await build(builder, {
    file: join(root, 'Dockerfile'),
    context: root,
    target: options.target,
    tag: options.tag,
    args: { VERSION: version, ...(await revision(root)), ...bases, ...options.args },
    secrets: secretFiles(options, process.env),
    more: options.more,
  });
  if (options.archive !== undefined) {
    const archive = resolve(options.archive);
    // Neither builder writes over an archive of before.
    await rm(archive, { force: true });
    await save(builder, options.tag, archive);
    say(`${options.tag} is in ${archive}`);
  }
  say(`${options.tag} is built (${duration(performance.now() - start)})`);
  return 0;
}

async function programs(setUp) {
  const { env } = await setUp(['node', 'envoy']);
  const node = await packagedNode({ cache: cacheRoot(), env: {} }, say);
  return { node, envoy: env.ENVOY, say };
}

/** What the build may read and no image keeps. */
export function secretFiles({ npmrc, ca }, env) {
  const usual = join(env.HOME ?? homedir(), '.npmrc');
  const files = {
    npmrc: npmrc ?? (existsSync(usual) ? usual : undefined),
    ca: ca ?? env.NODE_EXTRA_CA_CERTS,
  };
  const given = Object.entries(files).filter(([, path]) => path !== undefined && path !== '');
  return Object.fromEntries(given.map(([id, path]) => [id, resolve(path)]));
}

/** The commit that is checked out, if this is a clone and git is there. */
async function revision(root) {
  if (findProgram('git') === undefined || !existsSync(join(root, '.git'))) return {};
  const commit = await capture('git', ['rev-parse', 'HEAD'], { cwd: root, silent: true }).catch(() => '');
  return commit === '' ? {} : { REVISION: commit.trim() };
}
