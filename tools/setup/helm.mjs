// Steps: helm, and CoreDNS for a cluster of our own: programs with modules of their own, built by their version.
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { goStep, runGo } from './go.mjs';

const helmVersion = '3.22.0';
const corednsVersion = '1.12.4';

/** What its own build sets; without it, `helm template` takes the cluster to be version 1.20. */
const helmStamps = Object.entries({
  'internal/version.version': `v${helmVersion}`,
  'pkg/chartutil.k8sVersionMajor': '1',
  'pkg/chartutil.k8sVersionMinor': '34',
  'pkg/lint/rules.k8sVersionMajor': '1',
  'pkg/lint/rules.k8sVersionMinor': '34',
}).map(([name, value]) => `-X helm.sh/helm/v3/${name}=${value}`);

/** Sets `context.env.HELM`, its path. */
export function helmStep(context) {
  const place = join(context.cache, `helm-${helmVersion}`);
  return goStep(context, {
    title: `helm ${helmVersion}`,
    place,
    programs: [
      installed(
        'helm',
        `helm.sh/helm/v3/cmd/helm@v${helmVersion}`,
        ['version', '--short'],
        `v${helmVersion}`,
        helmStamps,
      ),
    ],
    duration: 'about four minutes',
    finish() {
      context.env.HELM = join(place, 'helm');
    },
  });
}

/** Sets `context.env.COREDNS`, its path. */
export function corednsStep(context) {
  const place = join(context.cache, `coredns-${corednsVersion}`);
  return goStep(context, {
    title: `CoreDNS ${corednsVersion}`,
    place,
    programs: [
      installed('coredns', `github.com/coredns/coredns@v${corednsVersion}`, ['-version'], corednsVersion),
    ],
    duration: 'about five minutes',
    finish() {
      context.env.COREDNS = join(place, 'coredns');
    },
  });
}

/** `go install` names its result by itself, so it works in a folder beside. */
function installed(name, from, ask, answer, stamps = []) {
  return {
    ...{ name, ask, answer },
    async build(aside, { env, cache }) {
      const folder = `${aside}.bin`;
      await mkdir(folder, { recursive: true });
      try {
        await runGo(['install', '-trimpath', '-ldflags', ['-s', '-w', ...stamps].join(' '), from], {
          cwd: cache,
          env: { ...env, GOBIN: folder },
        });
        await rename(join(folder, name), aside);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
