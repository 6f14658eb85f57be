// Step: etcd, kube-apiserver and kubectl, built through Go from the modules that tools/kubernetes/go.mod pins.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { hasContent, keep } from './cache.mjs';
import { SetupFailure } from './failure.mjs';
import { capture, findProgram } from './process.mjs';

const version = '1.34.4';
const oldestGo = [1, 24];
const versionPackage = 'k8s.io/component-base/version';
const stamps = { gitVersion: `v${version}`, gitMajor: '1', gitMinor: '34', gitTreeState: 'clean' };
// Without these the server calls itself v0.0.0, and clients warn or refuse.
const stampFlags = Object.entries(stamps).map(([name, value]) => `-X ${versionPackage}.${name}=${value}`);

const programs = [
  { name: 'etcd', from: 'go.etcd.io/etcd/server/v3', ask: ['--version'], answer: 'etcd Version: 3.6.4' },
  {
    name: 'kube-apiserver',
    from: 'k8s.io/kubernetes/cmd/kube-apiserver',
    ask: ['--version'],
    answer: `Kubernetes v${version}`,
  },
  {
    name: 'kubectl',
    from: 'k8s.io/kubernetes/cmd/kubectl',
    ask: ['version', '--client'],
    answer: `Client Version: v${version}`,
  },
];

/** Sets `context.env.KUBERNETES_BIN`, the folder of the three programs. Each is kept as soon as it is built. */
export function kubernetesStep(context) {
  const place = join(context.cache, `kubernetes-${version}`);
  const missing = () => programs.filter((program) => !hasContent(join(place, program.name)));
  return {
    title: `Kubernetes ${version}`,
    isDone: () => missing().length === 0,
    async check() {
      const remedy = `install Go ${oldestGo.join('.')} or newer (Debian: apt-get install golang-go) and put it in PATH`;
      if (findProgram('go') === undefined) throw new SetupFailure(`go is missing: ${remedy}`);
      const found = /go(\d+)\.(\d+)/.exec(await capture('go', ['version']));
      const [major = 0, minor = 0] = (found ?? []).slice(1).map(Number);
      if (major < oldestGo[0] || (major === oldestGo[0] && minor < oldestGo[1]))
        throw new SetupFailure(`this Go is too old: ${remedy}`);
    },
    async run(note) {
      for (const program of missing()) {
        const done = programs.length - missing().length;
        note(
          `building ${program.name} (program ${done + 1} of ${programs.length}; all take about ten minutes on two cores)`,
        );
        await keep(join(place, program.name), {
          isWhole: hasContent,
          make: (aside) => build(program, aside),
          waiting: () => note(`another set-up builds ${program.name}, waiting`),
        });
      }
    },
    finish() {
      context.env.KUBERNETES_BIN = place;
    },
  };

  async function build(program, aside) {
    const flags = [
      'build',
      '-trimpath',
      '-ldflags',
      ['-s', '-w', ...stampFlags].join(' '),
      '-o',
      aside,
      program.from,
    ];
    const env = { ...context.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off' };
    const [command, ...args] =
      findProgram('nice') === undefined ? ['go', ...flags] : ['nice', 'go', ...flags];
    await capture(command, args, { cwd: join(context.root, 'tools/kubernetes'), env });
    await chmod(aside, 0o755);
    const answer = await capture(aside, program.ask);
    if (!answer.includes(program.answer))
      throw new SetupFailure(`${program.name} answers "${answer.trim()}", not "${program.answer}"`);
  }
}
