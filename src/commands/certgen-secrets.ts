// The Secrets of `contour certgen --kube`, over HTTP.
import type { CredentialStore } from '../certificates/index.ts';
import { secretStore } from '../certificates/secrets.ts';
import type { CertgenTarget } from '../config/certgen.ts';
import { connect, createKubeApi } from '../kube/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { systemRandom } from '../runtime/random.ts';
import type { CommandIo } from './io.ts';

export interface OpenSecrets {
  readonly store: CredentialStore;
  readonly namespace: string;
  close(): Promise<void>;
}

/** Opens no connection yet. Throws a StartError if the cluster's configuration cannot be used. */
export function openSecrets(
  target: Extract<CertgenTarget, { kind: 'secrets' }>,
  io: Pick<CommandIo, 'stderr' | 'signal'>,
): OpenSecrets {
  const clock = systemClock;
  const kubeConfig = connect(target.cluster);
  const context = kubeConfig.getContextObject(kubeConfig.currentContext);
  const namespace = target.namespace ?? (context?.namespace || 'default');
  const api = createKubeApi({ kubeConfig, clock, userAgent: 'contour-certgen' });
  const store = secretStore({
    ...{ api, namespace, clock, names: target.names },
    ...{ random: systemRandom, signal: io.signal },
    waits: (message) => io.stderr(`${message}\n`),
  });
  return { store, namespace, close: () => api.close() };
}
