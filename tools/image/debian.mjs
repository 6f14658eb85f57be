// Base images out of Debian's packages, for machines that reach no registry of images: `--base debian`. The same three
// that the Dockerfile names: libraries alone, these with Node and npm, these with Envoy.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, hasContent, keep } from '../setup/cache.mjs';
import { SetupFailure } from '../setup/failure.mjs';
import { capture, findProgram } from '../setup/process.mjs';
import { build } from './builders.mjs';

const suite = 'bookworm';
const npmVersion = '11.21.2';
const libraries = ['base-files', 'libc6', 'libgcc-s1', 'libstdc++6', 'netbase', 'tzdata'];
/** What a build runs beside Node: /bin/sh and the tools of its commands. */
const shell = ['dash', 'coreutils'];

/** No program of these packages runs in an image; licences (usr/share/doc/.../copyright) stay. */
const left = [
  'usr/lib/*/gconv',
  'usr/bin/mawk',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/bug',
  'usr/share/lintian',
  'usr/share/perl5',
  'usr/sbin',
  'var/cache',
  'var/log',
];
const users = 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n';
const groups = 'root:x:0:\nnonroot:x:65532:\n';

/**
 * Makes what is missing, and returns the build arguments that name the three images. `node` and `envoy` are the
 * programs of set-up; `say` tells what takes time.
 */
export async function debianBases(builder, { node, envoy, say }) {
  checkPrograms();
  const base = await madeImage(builder, 'base', { say, packages: libraries });
  const withNode = await madeImage(builder, 'node', {
    say,
    packages: [...libraries, ...shell],
    programs: { node },
    npm: true,
  });
  const withEnvoy = await madeImage(builder, 'envoy', { say, packages: libraries, programs: { envoy } });
  return { BASE_IMAGE: base, NODE_IMAGE: withNode, ENVOY_IMAGE: withEnvoy };
}

async function madeImage(builder, name, { say, packages, programs = {}, npm = false }) {
  const hash = createHash('sha256').update(await readFile(new URL(import.meta.url)));
  for (const path of Object.values(programs)) hash.update(await capture(path, ['--version']));
  const version = hash.digest('hex').slice(0, 12);
  const tag = `localhost/contour-ts-${name}:debian-${version}`;
  if (await builder.has(tag)) return tag;
  const place = join(cacheRoot(), `image-${name}-${version}`);
  await keep(place, {
    isWhole: (folder) => hasContent(join(folder, 'Dockerfile')),
    waiting: () => say(`another set-up makes the base image ${name}, waiting`),
    make: async (aside) => {
      say(`making the base image ${name} of Debian's packages (about 10 seconds)`);
      await mkdir(join(aside, 'root/usr/local/bin'), { recursive: true });
      await unpack(packages, join(aside, 'base.tar'));
      for (const [program, path] of Object.entries(programs))
        await copyFile(path, join(aside, 'root/usr/local/bin', program));
      if (npm) await installNpm(join(aside, 'root/usr/local'));
      await writeFile(join(aside, 'Dockerfile'), 'FROM scratch\nADD base.tar /\nCOPY root /\n');
    },
  });
  say(`building ${tag}`);
  await build(builder, { file: join(place, 'Dockerfile'), context: place, tag });
  return tag;
}

/** Unpacks without running a package's scripts: nothing in them is needed, and no root file system has to boot. */
async function unpack(packages, tar) {
  const quoted = (text) => `'${text.replaceAll('\n', '\\n')}'`;
  const hooks = [
    `cd "$1" && rm -rf ${left.join(' ')}`,
    `printf ${quoted(users)} >"$1/etc/passwd" && printf ${quoted(groups)} >"$1/etc/group"`,
    'printf "hosts: files dns\\n" >"$1/etc/nsswitch.conf"',
    'mkdir -p "$1/tmp" && chmod 1777 "$1/tmp"',
  ];
  await capture('mmdebstrap', [
    '--variant=extract',
    `--include=${packages.join(',')}`,
    ...hooks.map((hook) => `--customize-hook=${hook}`),
    suite,
    tar,
  ]);
}

async function installNpm(prefix) {
  const flags = ['--global', '--no-audit', '--no-fund', '--ignore-scripts'];
  await capture('npm', ['install', ...flags, '--prefix', prefix, `npm@${npmVersion}`]);
}

function checkPrograms() {
  const missing = ['mmdebstrap', 'npm'].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0)
    throw new SetupFailure(
      `${missing.join(' and ')} missing: install it (Debian: apt-get install ${missing.join(' ')}), or build without --base debian`,
    );
}
