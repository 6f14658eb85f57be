// What a KubeConfig says about its current context, in our own terms.
import { KubeConfig } from '@kubernetes/client-node';
import type { ServerAddress } from './dispatcher.ts';

/**
 * A copy with authenticators of its own, so nothing is cached: token files are read and exec plugins run anew. Two
 * gaps of the library are closed: without a user it would ignore the cluster's CA, too, and plain HTTP it refuses even to this
 * machine (`kubectl proxy`).
 */
export function freshCopy(kubeConfig: KubeConfig): KubeConfig {
  const { currentContext } = kubeConfig;
  const copy = new KubeConfig();
  copy.loadFromOptions({
    clusters: kubeConfig.clusters.map((cluster) =>
      isLocalHttp(cluster.server) ? { ...cluster, skipTLSVerify: true } : cluster,
    ),
    users: kubeConfig.users,
    contexts: kubeConfig.contexts,
    currentContext,
  });
  if (copy.getCurrentUser() !== null) return copy;
  copy.users = [...copy.users, { name: nobody }];
  copy.contexts = copy.contexts.map((context) =>
    context.name === currentContext ? { ...context, user: nobody } : context,
  );
  return copy;
}

/** No kubeconfig can have a user without a name. */
const nobody = '';

/** Plain HTTP that never leaves this machine. */
export function isLocalHttp(server: string): boolean {
  const url = URL.parse(server);
  return url?.protocol === 'http:' && /^(localhost|\[::1\]|127(\.\d+){3})$/.test(url.hostname);
}

export interface Server extends ServerAddress {
  /** Before every path, without a slash at its end: `/k8s/clusters/c-1`, usually empty. */
  readonly prefix: string;
}

/** Throws if there is no current cluster or its server is no URL; `connect` has checked both. */
export function serverOf(kubeConfig: KubeConfig): Server {
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster');
  const { origin, pathname } = new URL(cluster.server);
  return { origin, prefix: pathname.replace(/\/+$/, ''), proxyUrl: cluster.proxyUrl || undefined };
}
