// One virtual host, from what all objects say about it: a pure function of what it reads through the view.
import { AuthoritySizes } from './authority-sizes.ts';
import { CertificateChecks } from './certificate.ts';
import { Findings } from './findings.ts';
import type { HostBuild } from './host-build.ts';
import { buildIngresses, IngressHosts, ingressCertificate, noteRootDecides } from './ingress/index.ts';
import { type BuiltRoot, buildRoot, Inspections, nothing } from './ingressroute/index.ts';
import type { Route, VirtualHost } from './model.ts';
import { keyOf } from './objects.ts';
import { type Ownership, settle } from './ownership.ts';
import { compareRoutes } from './route-order.ts';
import type { TlsTerms } from './tls.ts';
import type { GraphSettings, ObjectView } from './view.ts';

/** What was found out about single objects, to be found out once for all hosts that they are part of. */
export interface Memory {
  readonly checks: CertificateChecks;
  readonly hosts: IngressHosts;
  readonly inspections: Inspections;
}

export const createMemory = (): Memory => ({
  checks: new CertificateChecks(),
  hosts: new IngressHosts(),
  inspections: new Inspections(),
});

interface Context extends Memory {
  readonly view: ObjectView;
  readonly settings: GraphSettings;
  readonly findings: Findings;
  readonly host: string;
  readonly authorities: AuthoritySizes;
}

/**
 * Reads only what the host needs; nothing that users write makes it throw. A host that someone claims stays a host
 * even if no route of it can be served, so that its requests are not answered by a wildcard or the default host of
 * another tenant. Who builds many hosts passes one `memory` for all of them.
 */
export function buildHost(
  view: ObjectView,
  settings: GraphSettings,
  host: string,
  memory = createMemory(),
): HostBuild {
  const findings = new Findings(host);
  const authorities = new AuthoritySizes();
  const context: Context = { ...memory, view, settings, findings, host, authorities };
  const ownership = settle(host, view.claimants(host), settings);
  for (const { claimant, problem } of ownership.refused) {
    findings.reached(claimant);
    findings.own(keyOf(claimant), problem);
  }
  for (const ingress of ownership.ingresses) findings.reached(ingress);
  const fromRoot = ownership.root ? buildRoot(context, ownership.root) : nothing;
  const built = ownership.namespace === undefined ? undefined : virtualHost(context, ownership, fromRoot);
  const incomplete = built === 'unknown';
  const tls = ownership.root?.virtualhost?.tls !== undefined;
  return {
    host: incomplete ? undefined : built,
    reports: findings.reports({ tls }),
    incomplete,
    waiting: [...fromRoot.waiting],
  };
}

/**
 * A host that has passed to an owner whose secret is not known yet: what the owner before had there must not be served
 * for the new one, and no wildcard or default host may answer instead.
 */
export const vacantHost = (host: string): VirtualHost => ({
  host,
  http: [],
  https: { routes: [], certificate: undefined },
  owners: [],
});

/** `unknown`: a secret is not known yet; what is wrong with the objects is told all the same. */
function virtualHost(context: Context, ownership: Ownership, fromRoot: BuiltRoot): VirtualHost | 'unknown' {
  const { root, ingresses } = ownership;
  const terms = termsOf(context, ownership, fromRoot);
  const fromIngresses = buildIngresses(context, ingresses, fromRoot.routes);
  if (terms === 'unknown' || fromRoot.incomplete) return 'unknown';
  const { tcp } = fromRoot;
  const routes = sorted(fromRoot.routes, fromIngresses.routes);
  return {
    host: context.host,
    http: sorted(fromRoot.plainRoutes, fromIngresses.plainRoutes),
    https: tcp ? undefined : httpsOf(terms, routes),
    ...(tcp && { tcp }),
    owners: [...(root ? [root] : []), ...ingresses].map(keyOf).sort(),
  };
}

function termsOf(
  context: Context,
  { root, ingresses, namespace = '' }: Ownership,
  fromRoot: BuiltRoot,
): TlsTerms | undefined | 'unusable' | 'unknown' {
  if (!root || !fromRoot.decidesTls) return ingressCertificate(context, ingresses, namespace);
  noteRootDecides(context, ingresses, root);
  return fromRoot.tls ?? 'unusable';
}

/**
 * A host whose certificate is unusable stays a host over TLS, without routes: the certificate of a wildcard above it
 * may complete the handshake, and that wildcard's owner must not answer for it.
 */
function httpsOf(terms: TlsTerms | undefined | 'unusable', routes: readonly Route[]): VirtualHost['https'] {
  return terms === 'unusable' ? { routes: [], certificate: undefined } : terms && { routes, ...terms };
}

const sorted = (a: readonly Route[], b: readonly Route[]): readonly Route[] =>
  [...a, ...b].sort(compareRoutes);
