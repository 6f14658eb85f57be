// What concerns a root's host as a whole: its name, its namespace, its TLS.
import type { ServiceContext } from '../cluster.ts';
import { exactHost } from '../host-name.ts';
import type { IngressRoute } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { certificateFor, type TlsTerms, tlsVersion, versionProblem } from '../tls.ts';
import type { GraphSettings } from '../view.ts';
import { wholeProblems } from './whole.ts';

/** Why a root claims nothing. It needs nothing but the object. */
export function rootProblem(root: IngressRoute, settings: GraphSettings): Problem | undefined {
  const { rootNamespaces } = settings;
  if (rootNamespaces.size > 0 && !rootNamespaces.has(root.namespace))
    return problems.RootNamespaceForbidden();
  const fqdn = root.virtualhost?.fqdn ?? '';
  return exactHost(fqdn) === undefined ? problems.FqdnInvalid(fqdn) : undefined;
}

export interface HostTerms {
  /** Any error takes the root's routes out on both listeners. */
  readonly problems: readonly Problem[];
  /** `passthrough`: its Services end TLS. `unknown`: the TLS secret is not known yet. Undefined: no TLS, or an error. */
  readonly tls: TlsTerms | 'passthrough' | 'unknown' | undefined;
}

export function hostTerms({ view, checks }: ServiceContext, root: IngressRoute): HostTerms {
  const tls = root.virtualhost?.tls;
  const found = [...wholeProblems(root)];
  if (tls === undefined) return { problems: found, tls: undefined };
  if (tls.passthrough && tls.secretName === '') {
    if (root.tcpproxy === undefined) found.push(problems.PassthroughNeedsTcpProxy());
    return { problems: found, tls: root.tcpproxy && 'passthrough' };
  }
  if (tls.passthrough) found.push(problems.PassthroughIgnored());
  const asked = tls.minimumProtocolVersion;
  const unknownVersion = versionProblem('tls.minimumProtocolVersion', asked);
  if (unknownVersion !== undefined) found.push(unknownVersion);
  const checked = certificateFor(view, checks, { secretName: tls.secretName, namespace: root.namespace });
  if (checked === 'unknown') return { problems: found, tls: 'unknown' };
  if ('problem' in checked) return { problems: [...found, checked.problem], tls: undefined };
  const minimumVersion = tlsVersion(asked);
  return { problems: found, tls: { ...checked, ...(minimumVersion && { minimumVersion }) } };
}
