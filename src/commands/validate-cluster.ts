// The cluster of `contour validate --against-cluster`, over HTTP.
import type { ClusterPlace } from '../config/validate.ts';
import { connect, createKubeApi, readSnapshot } from '../kube/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { systemRandom } from '../runtime/random.ts';
import type { CommandIo } from './io.ts';
import type { ReadableCluster } from './validate.ts';

/** Opens no connection yet. Throws a StartError if the kubeconfig cannot be used. */
export function openCluster(place: ClusterPlace, io: Pick<CommandIo, 'stderr' | 'signal'>): ReadableCluster {
  const clock = systemClock;
  const kubeConfig = connect(place);
  return {
    namespace: kubeConfig.getContextObject(kubeConfig.currentContext)?.namespace || undefined,
    async read(files) {
      const api = createKubeApi({ kubeConfig, clock });
      try {
        const now = clock.date();
        const snapshot = await readSnapshot({
          ...{ api, clock, files },
          random: systemRandom,
          signal: io.signal,
          progress: (objects) => io.stderr(`reading the cluster: ${objects} objects so far\n`),
        });
        return { ...snapshot, now };
      } finally {
        await api.close();
      }
    },
  };
}
