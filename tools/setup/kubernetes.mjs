// Steps: Kubernetes' programs, built through Go from the modules that tools/kubernetes/go.mod pins.
import { join } from 'node:path';
import { goStep, runGo } from './go.mjs';

const version = '1.34.4';
const versionPackage = 'k8s.io/component-base/version';
const stamps = { gitVersion: `v${version}`, gitMajor: '1', gitMinor: '34', gitTreeState: 'clean' };
// Without these the server calls itself v0.0.0, and clients warn or refuse.
const stampFlags = Object.entries(stamps).map(([name, value]) => `-X ${versionPackage}.${name}=${value}`);

const kubernetes = (name, ask = ['--version'], answer = `Kubernetes v${version}`) =>
  program({ name, from: `k8s.io/kubernetes/cmd/${name}`, ask, answer });

const servers = [
  program({
    name: 'etcd',
    from: 'go.etcd.io/etcd/server/v3',
    ask: ['--version'],
    answer: 'etcd Version: 3.6.4',
  }),
  kubernetes('kube-apiserver'),
  kubernetes('kubectl', ['version', '--client'], `Client Version: v${version}`),
];
const nodePrograms = ['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'];

const placeIn = ({ cache }) => join(cache, `kubernetes-${version}`);

/** etcd, kube-apiserver and kubectl. Sets `context.env.KUBERNETES_BIN`, their folder. */
export const kubernetesStep = (context) =>
  goStep(context, {
    title: `Kubernetes ${version}`,
    place: placeIn(context),
    programs: servers,
    duration: 'about ten minutes',
    finish() {
      context.env.KUBERNETES_BIN = placeIn(context);
    },
  });

/** What a node runs besides, in the same folder. */
export const nodeProgramsStep = (context) =>
  goStep(context, {
    title: `the programs of a node, Kubernetes ${version}`,
    place: placeIn(context),
    programs: nodePrograms.map((name) => kubernetes(name)),
    duration: 'about four minutes',
  });

function program({ name, from, ask, answer }) {
  return {
    ...{ name, ask, answer },
    build: (aside, { root, env }) =>
      runGo(['build', '-trimpath', '-ldflags', ['-s', '-w', ...stampFlags].join(' '), '-o', aside, from], {
        cwd: join(root, 'tools/kubernetes'),
        env: { ...env, GOFLAGS: '-mod=readonly' },
      }),
  };
}
