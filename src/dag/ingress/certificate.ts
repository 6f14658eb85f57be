// The certificate of a host that is served over TLS by Ingresses.
import type { CertificateChecks } from '../certificate.ts';
import type { Findings } from '../findings.ts';
import { isWildcard } from '../host-name.ts';
import type { TlsVersion } from '../model.ts';
import { type Ingress, type IngressRoute, keyOf } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { certificateFor, secretReference, type TlsTerms } from '../tls.ts';
import type { GraphSettings, ObjectView } from '../view.ts';
import { minimumTlsVersion } from './annotations.ts';
import type { ByHost, IngressHosts } from './hosts.ts';

interface Context {
  readonly view: ObjectView;
  readonly checks: CertificateChecks;
  readonly hosts: IngressHosts;
  readonly findings: Findings;
  readonly host: string;
  readonly settings: Pick<GraphSettings, 'minimumTlsVersion'>;
}

/** An object that names a secret for the host. */
interface Wish<T = Ingress> {
  readonly object: T;
  readonly secretName: string;
}

/**
 * Of the first namespace that names one (the owner's, then by age), that of the oldest Ingress whose secret is
 * usable. Another namespace's never stands in for a broken one. Undefined: no Ingress names a secret for the host;
 * `unusable`: some do, and none can be served; `unknown`: a secret is not known yet.
 */
export function ingressCertificate(
  context: Context,
  ingresses: readonly Ingress[],
  owner: string,
): TlsTerms | undefined | 'unusable' | 'unknown' {
  const wishes = wishesFor(context, ingresses);
  const first = wishes.find(({ object }) => object.namespace === owner) ?? wishes[0];
  if (first === undefined) return undefined;
  const asked = wishes.filter(({ object }) => object.namespace === first.object.namespace);
  const others = new Set(wishes);
  for (const wish of asked) {
    others.delete(wish);
    const checked = check(context, wish);
    if (checked === 'unknown') return 'unknown';
    if ('certificate' in checked) {
      noteIgnored(context, [...others], wish);
      return checked;
    }
    context.findings.own(keyOf(wish.object), checked.problem);
  }
  noteIgnored(context, [...others], first);
  return 'unusable';
}

/** Told to the Ingresses of a host whose TLS is decided by a root IngressRoute. */
export function noteRootDecides(
  context: Pick<Context, 'hosts' | 'findings' | 'host'>,
  ingresses: readonly Ingress[],
  root: IngressRoute,
): void {
  const secretName = root.virtualhost?.tls?.secretName ?? '';
  noteIgnored(context, wishesFor(context, ingresses), { object: root, secretName });
}

function check(
  context: Context,
  { object, secretName }: Wish,
): TlsTerms | { readonly problem: Problem } | 'unknown' {
  const { view, checks, host, findings } = context;
  const version = minimumTlsVersion(object);
  if (typeof version === 'object') return { problem: version };
  const refusal = version && refusedForWildcard(context, version);
  if (refusal?.severity === 'error') return { problem: refusal };
  if (refusal !== undefined) findings.own(keyOf(object), refusal);
  const checked = certificateFor(view, checks, { secretName, namespace: object.namespace });
  if (checked === 'unknown' || 'problem' in checked || version === undefined || isWildcard(host))
    return checked;
  return { ...checked, minimumVersion: version };
}

/** Envoy would give the connections of all hosts below a wildcard to its filter chain, those of others too. */
function refusedForWildcard({ host, settings }: Context, version: TlsVersion): Problem | undefined {
  const usual = settings.minimumTlsVersion ?? '1.2';
  if (!isWildcard(host) || version === usual) return undefined;
  return problems.TlsVersionOfWildcard(host, version, usual);
}

/** No warning for those who name the very secret that is used. */
function noteIgnored(
  { findings, host }: Pick<Context, 'findings' | 'host'>,
  wishes: readonly Wish[],
  winner: Wish<Ingress | IngressRoute>,
): void {
  const used = secretReference(winner.secretName, winner.object.namespace);
  for (const { object, secretName } of wishes) {
    const named = secretReference(secretName, object.namespace);
    if (named && used && named.namespace === used.namespace && named.name === used.name) continue;
    findings.own(keyOf(object), problems.CertificateIgnored(host, winner.object));
  }
}

function wishesFor(
  { hosts, host }: Pick<Context, 'hosts' | 'host'>,
  ingresses: readonly Ingress[],
): readonly Wish[] {
  return ingresses.flatMap((object) => {
    const entry = entryFor(host, hosts.of(object));
    return entry ? [{ object, secretName: entry.secretName }] : [];
  });
}

/** The entry that names the host itself, else the wildcard above it, else one without hosts, which is for all. */
function entryFor(host: string, { tls, tlsForAll }: ByHost): Ingress['tls'][number] | undefined {
  const parent = host.includes('.') ? tls.get(`*${host.slice(host.indexOf('.'))}`) : undefined;
  return tls.get(host) ?? parent ?? tlsForAll;
}
