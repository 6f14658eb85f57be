// Which Secrets an object names: what a source fetches before the first host is built.
import type { IngressRoute, KubernetesObject } from './objects.ts';
import { type SecretReference, secretReference } from './tls.ts';

/**
 * May name Secrets that no host reads in the end, since the host is another's or the Secret is not delegated. Never
 * too few.
 */
export function secretsNamedBy(object: KubernetesObject): readonly SecretReference[] {
  return namesIn(object).flatMap((secretName) => secretReference(secretName, object.namespace) ?? []);
}

function namesIn(object: KubernetesObject): readonly string[] {
  if (object.kind === 'Ingress') return object.tls.map(({ secretName }) => secretName);
  if (object.kind !== 'IngressRoute') return [];
  const tls = object.virtualhost?.tls;
  return [...(tls ? [tls.secretName] : []), ...authoritiesIn(object)];
}

function authoritiesIn({ routes, tcpproxy }: IngressRoute): readonly string[] {
  return [...routes, ...(tcpproxy ? [tcpproxy] : [])]
    .flatMap(({ services }) => services.map(({ validation }) => validation?.caSecret))
    .filter((name): name is string => name !== undefined && !name.includes('/'));
}
