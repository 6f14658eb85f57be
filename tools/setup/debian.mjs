// Step: what a Kubernetes node of our own needs from the system, as Debian's packages.
import { readFile } from 'node:fs/promises';
import { SetupFailure } from './failure.mjs';
import { capture, findProgram } from './process.mjs';

/** Packages, with a program of each. */
const packages = {
  containerd: 'containerd',
  runc: 'runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iptables: 'iptables',
  conntrack: 'conntrack',
  buildah: 'buildah',
  mmdebstrap: 'mmdebstrap',
  tini: 'tini',
  'busybox-static': 'busybox',
  iproute2: 'ip',
  'util-linux': 'nsenter',
};
// Debian has some of them where only root looks.
const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/** Puts root's folders into PATH of `context.env`. */
export function debianStep(context) {
  const missing = () =>
    Object.entries(packages).flatMap(([name, program]) =>
      findProgram(program, { PATH: program.startsWith('/') ? '/' : path }) === undefined ? [name] : [],
    );
  return {
    title: "Debian's packages of a node",
    isDone: () => missing().length === 0,
    async check() {
      const remedy = `install ${missing().join(' ')}, or run the scenarios on Docker: npm run e2e -- --provider kind`;
      const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
      if (!/^ID(_LIKE)?=.*debian/m.test(system) || findProgram('apt-get') === undefined)
        throw new SetupFailure(`this is no Debian, whose packages a node of our own is made of: ${remedy}`);
      if (process.getuid?.() !== 0) throw new SetupFailure(`only root can install packages: ${remedy}`);
    },
    async run(note) {
      const env = { ...context.env, DEBIAN_FRONTEND: 'noninteractive' };
      note('apt-get update');
      await capture('apt-get', ['update', '-q'], { env });
      note(`apt-get install ${missing().join(' ')}`);
      await capture('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...missing()], { env });
      if (missing().length > 0)
        throw new SetupFailure(`still missing after apt-get install: ${missing().join(' ')}`);
    },
    finish() {
      context.env.PATH = path;
    },
  };
}
