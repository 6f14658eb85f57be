// Docker or buildah: the same build, asked for in the words of each.
import { SetupFailure } from '../setup/failure.mjs';
import { capture, findProgram, passThrough } from '../setup/process.mjs';

/** Docker if its daemon answers, else buildah; `wanted` names one of them. */
export async function findBuilder(wanted) {
  const candidates = wanted === undefined ? ['docker', 'buildah'] : [wanted];
  for (const name of candidates) if (await works[name]()) return builders[name];
  throw new SetupFailure(
    `${candidates.join(' and ')} cannot be used: start Docker, or install buildah (Debian: apt-get install buildah)`,
  );
}

const works = {
  docker: async () => {
    if (findProgram('docker') === undefined) return false;
    // The program may be there without its daemon.
    return await capture('docker', ['info', '--format', '{{.ServerVersion}}'], { silent: true }).then(
      (version) => version.trim() !== '',
      () => false,
    );
  },
  buildah: async () => findProgram('buildah') !== undefined,
};

/** What a build is, whoever builds it: `{ file, context, target, tag, args: {}, secrets: {}, more: [] }`. */
function common({ file, target, tag, args = {}, secrets = {}, more = [] }) {
  return [
    '--file',
    file,
    ...(target === undefined ? [] : ['--target', target]),
    '--tag',
    tag,
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...Object.entries(secrets).flatMap(([id, path]) => ['--secret', `id=${id},src=${path}`]),
    ...more,
  ];
}

const docker = {
  name: 'docker',
  command: (build) => ({
    args: ['build', ...common(build), build.context],
    // Docker before 23 has the builder that knows secrets behind this switch.
    env: { DOCKER_BUILDKIT: '1' },
  }),
  has: (tag) => succeeds('docker', ['image', 'inspect', tag]),
  save: (tag, archive) => ['save', '--output', archive, tag],
};

const buildah = {
  name: 'buildah',
  command: (build) => ({
    args: ['build', '--layers', '--format', 'docker', ...common(build), build.context],
    // A build runs our own commands only, and needs no namespaces that a container of CI may refuse.
    env: { BUILDAH_ISOLATION: process.env.BUILDAH_ISOLATION ?? 'chroot' },
  }),
  has: (tag) => succeeds('buildah', ['inspect', '--type', 'image', tag]),
  save: (tag, archive) => ['push', tag, `docker-archive:${archive}:${tag}`],
};

const builders = { docker, buildah };

/** Builds with the builder's own words on the terminal. */
export async function build(builder, what) {
  const { args, env } = builder.command(what);
  await must(builder.name, args, env);
}

/** Writes the image `tag` to the file `archive`, which containerd, docker and kind load. */
export function save(builder, tag, archive) {
  return must(builder.name, builder.save(tag, archive), {});
}

async function must(command, args, env) {
  const code = await passThrough(command, args, { env: { ...process.env, ...env } });
  if (code !== 0)
    throw new SetupFailure(`${command} ${args[0]} failed with exit code ${code}; its words are above`);
}

const succeeds = (command, args) =>
  capture(command, args, { silent: true }).then(
    () => true,
    () => false,
  );
