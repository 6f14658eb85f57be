// A team that does everything wrong that the API server lets it do.
import { ingress, type Manifest } from '../../kit/manifests.ts';
import { ingressRoute, within } from './manifests.ts';

export interface Wrong {
  /** IngressRoutes, with the status that each must get. */
  readonly mistakes: readonly Mistake[];
  /** Objects of the same team that are right and must stay served: `good.NAMESPACE.test` by the Service `one`. */
  readonly kept: readonly Manifest[];
  /** What the mistakes need, or what is wrong without a status. */
  readonly others: readonly Manifest[];
}

export interface Mistake {
  readonly name: string;
  readonly status: 'invalid' | 'orphaned';
  readonly manifest: Manifest;
}

const one = { service: 'one' };

/** `victim`: a namespace with the root IngressRoute `root` of the host `VICTIM.test` and the vertex `two` under it. */
export function wrongInAllWays(namespace: string, victim: string): Wrong {
  const named = (name: string) => `${namespace}/${name}`;
  const host = (name: string) => ({ fqdn: `${name}.${namespace}.test` });
  const mistake = (
    name: string,
    routes: Parameters<typeof ingressRoute>[1],
    of: Parameters<typeof ingressRoute>[2] = host(name),
    status: Mistake['status'] = 'invalid',
  ): Mistake => ({ name, status, manifest: ingressRoute(named(name), routes, of) });
  const mistakes = [
    mistake('steals-a-host', { '/': one }, { fqdn: `${victim}.test` }),
    mistake('names-no-service', { '/': { service: 'nowhere' } }),
    mistake('names-no-secret', { '/': one }, { ...host('secret'), secretName: 'nowhere' }),
    mistake('names-a-secret-of-others', { '/': one }, { ...host('others'), secretName: `${victim}/cert` }),
    mistake('names-a-broken-secret', { '/': one }, { ...host('broken'), secretName: 'broken' }),
    mistake('delegates-to-nobody', { '/': { delegate: `${victim}/nobody` } }),
    mistake('delegates-to-a-root', { '/': { delegate: `${victim}/root` } }),
    mistake('delegates-to-itself', { '/': { delegate: named('delegates-to-itself') } }),
    mistake('closes-a-circle', { '/': { delegate: named('opens-a-circle') } }, {}),
    mistake('is-reached-by-nobody', { '/': one }, {}, 'orphaned'),
    mistake('has-an-impossible-path', { '/a/../b': one }),
  ];
  return {
    mistakes,
    kept: [ingressRoute(named('good'), { '/': one }, host('good'))],
    others: within(
      namespace,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        metadata: { name: 'broken' },
        data: { 'tls.crt': 'bm90IGEgY2VydGlmaWNhdGU=', 'tls.key': 'bm90IGEga2V5' },
      },
      // The one that closes the circle is wrong; these are told nothing.
      ingressRoute(
        named('leads-to-a-circle'),
        { '/': { delegate: named('opens-a-circle') } },
        host('circle'),
      ),
      ingressRoute(named('opens-a-circle'), { '/': { delegate: named('closes-a-circle') } }),
      ingress('steals-a-path', `${victim}.test`, { '/two': 'one' }),
      ingress('is-no-expression', `expression.${namespace}.test`, { '/(unclosed': 'one' }),
      ingress('names-no-service', `nowhere.${namespace}.test`, { '/': 'nowhere' }),
    ),
  };
}
