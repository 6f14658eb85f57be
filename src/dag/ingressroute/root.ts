// What concerns a root's host as a whole: its name, its namespace, its TLS.
import type { CertificateChecks } from '../certificate.ts';
import { exactHost } from '../host-name.ts';
import type { Certificate } from '../model.ts';
import type { IngressRoute } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { certificateFor, versionProblem } from '../tls.ts';
import type { GraphSettings, ObjectView } from '../view.ts';
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
  /** `unknown`: the TLS secret is not known yet. */
  readonly certificate: Certificate | undefined | 'unknown';
}

export function hostTerms(view: ObjectView, checks: CertificateChecks, root: IngressRoute): HostTerms {
  const tls = root.virtualhost?.tls;
  const found = [...wholeProblems(root)];
  if (tls === undefined) return { problems: found, certificate: undefined };
  const version = versionProblem(tls.minimumProtocolVersion);
  if (version !== undefined) found.push(version);
  if (tls.passthrough && tls.secretName === '') {
    found.push(problems.FieldUnsupported('spec.virtualhost.tls.passthrough'));
    return { problems: found, certificate: undefined };
  }
  if (tls.passthrough) found.push(problems.PassthroughIgnored());
  const checked = certificateFor(view, checks, { secretName: tls.secretName, namespace: root.namespace });
  if (checked === 'unknown') return { problems: found, certificate: 'unknown' };
  if ('certificate' in checked) return { problems: found, certificate: checked.certificate };
  return { problems: [...found, checked.problem], certificate: undefined };
}
