// The command line of `image`.
import { parseArgs } from 'node:util';
import { SetupFailure } from '../setup/failure.mjs';

/** The targets of the Dockerfile that are images. */
export const targets = ['contour', 'envoy', 'kuard'];

export const help = `node tools/run.mjs image [OPTION...] [-- BUILDER'S OPTION...]

Builds one of the project's images by the Dockerfile, with Docker if it runs, else with buildah.

  --target contour|envoy|kuard   which image (default: contour)
  --tag NAME                     its name (default: localhost/TARGET:VERSION)
  --archive FILE                 writes it to FILE as well (docker-archive), for: ctr images import, docker load, kind load
  --base registry|debian         base images: those that the Dockerfile names, or made here of Debian's packages, with
                                 mmdebstrap, for machines without a registry of images (default: registry)
  --build-arg NAME=VALUE         another base (NODE_IMAGE, BASE_IMAGE, ENVOY_IMAGE); may be repeated
  --npmrc FILE                   npm's settings for the build, as a build secret (default: your ~/.npmrc, if there is one)
  --ca FILE                      authority of npm's registry, PEM, as a build secret (default: $NODE_EXTRA_CA_CERTS)
  --builder docker|buildah       builds with this one
  --help

What stands after -- goes to the builder as it is.
`;

const choices = {
  target: targets,
  base: ['registry', 'debian'],
  builder: ['docker', 'buildah'],
};

/** The options as values, or a SetupFailure that names what is wrong. `version` is the package's. */
export function readOptions(args, version) {
  const values = parse(args);
  for (const [name, allowed] of Object.entries(choices)) {
    if (values[name] !== undefined && !allowed.includes(values[name]))
      throw new SetupFailure(`image: --${name} must be one of ${allowed.join(', ')}, not "${values[name]}"`);
  }
  const { target = 'contour', base = 'registry', builder, archive, npmrc, ca } = values;
  return {
    target,
    base,
    builder,
    archive,
    npmrc,
    ca,
    help: values.help === true,
    tag: values.tag ?? `localhost/${target}:${version}`,
    args: Object.fromEntries((values['build-arg'] ?? []).map(nameAndValue)),
    more: values.more,
  };
}

function parse(args) {
  const text = { type: 'string' };
  const end = args.indexOf('--');
  try {
    const { values } = parseArgs({
      args: end === -1 ? args : args.slice(0, end),
      options: {
        target: text,
        tag: text,
        archive: text,
        base: text,
        'build-arg': { type: 'string', multiple: true },
        npmrc: text,
        ca: text,
        builder: text,
        help: { type: 'boolean' },
      },
    });
    return { ...values, more: end === -1 ? [] : args.slice(end + 1) };
  } catch (error) {
    throw new SetupFailure(`image: ${error.message} (node tools/run.mjs image --help)`);
  }
}

function nameAndValue(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new SetupFailure(`image: --build-arg needs NAME=VALUE, not "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}
