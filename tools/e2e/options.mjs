// The command line of `npm run e2e`.
import { parseArgs } from 'node:util';
import { SetupFailure } from '../setup/failure.mjs';
import { capture, findProgram } from '../setup/process.mjs';

export const help = `npm run e2e [-- [--provider local|kind] [--keep] [FILE...]]

Builds the images, starts a Kubernetes cluster with pods, installs the chart on it, and checks what users see there.

  --provider local  a node of our own on this host, which it leaves as it was: needs root and Debian; the default where
                    Docker or kind is missing
  --provider kind   a cluster by kind in Docker; the default where both are there
  --keep            leave the cluster up until Enter or Ctrl-C, with the command that talks to it
  FILE              scenarios of e2e/install to run; all without

What is missing (programs of Kubernetes, Debian's packages) is brought first and kept in the cache.
The last line is "N passed, N failed"; what can't run is a failure.
`;

const providers = ['local', 'kind'];

/** `{ help, keep, provider, files }`, or a SetupFailure that names the mistake. */
export async function readOptions(args) {
  const { values, positionals } = parse(args);
  const { provider, keep = false } = values;
  if (values.help === true) return { help: true };
  if (provider !== undefined && !providers.includes(provider))
    throw new SetupFailure(`--provider must be ${providers.join(' or ')}, not "${provider}"`);
  const lacking = provider === 'local' ? undefined : await whatKindLacks();
  if (provider === 'kind' && lacking !== undefined)
    throw new SetupFailure(`${lacking}, or take a node of our own: npm run e2e -- --provider local`);
  return {
    help: false,
    keep,
    files: positionals,
    provider: lacking === undefined ? (provider ?? 'kind') : 'local',
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: { provider: { type: 'string' }, keep: { type: 'boolean' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new SetupFailure(`${error.message} (npm run e2e -- --help)`);
  }
}

/** What to do before kind can be used; undefined if nothing. */
async function whatKindLacks() {
  const missing = ['docker', 'kind'].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0) return `${missing.join(' and ')} cannot be found: install and put in PATH`;
  const asked = capture('docker', ['info', '--format', '{{.ServerVersion}}'], { silent: true });
  const version = await asked.catch(() => '');
  return version.trim() === '' ? 'Docker does not answer `docker info`: start it' : undefined;
}
