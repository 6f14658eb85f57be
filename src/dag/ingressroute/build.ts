// A root IngressRoute and all that it delegates to -> the routes of its host on both listeners.
import type { CertificateChecks } from '../certificate.ts';
import type { Findings } from '../findings.ts';
import type { Certificate, Route } from '../model.ts';
import { type IngressRoute, keyOf } from '../objects.ts';
import { problems } from '../problems.ts';
import type { GraphSettings, ObjectView } from '../view.ts';
import { type CollectedRoute, collectRoutes } from './delegation.ts';
import { hostTerms } from './root.ts';

export interface BuiltRoot {
  /** What the routes really do, and what they do on the HTTP listener. Both empty if the host has a problem. */
  readonly routes: readonly Route[];
  readonly plainRoutes: readonly Route[];
  /** Whether it is this object that says how the host is served over TLS, be it with an unusable certificate. */
  readonly decidesTls: boolean;
  /** `unknown`: the TLS secret is not known yet. */
  readonly certificate: Certificate | undefined | 'unknown';
}

export interface RootContext {
  readonly view: ObjectView;
  readonly settings: GraphSettings;
  readonly checks: CertificateChecks;
  readonly findings: Findings;
  readonly host: string;
}

/** Tells `findings` of the root and of all that it reaches. */
export function buildRoot(context: RootContext, root: IngressRoute): BuiltRoot {
  const { view, settings, checks, findings } = context;
  const terms = hostTerms(view, checks, root);
  const key = keyOf(root);
  const decidesTls = root.virtualhost?.tls !== undefined;
  const collected = collectRoutes(context, root).routes;
  findings.own(key, ...terms.problems);
  if (terms.problems.some(({ severity }) => severity === 'error')) {
    findings.chainOfAll(key, problems.RootNotServed(root));
    return { routes: [], plainRoutes: [], decidesTls, certificate: undefined };
  }
  return {
    routes: collected.map(({ route }) => route),
    plainRoutes: collected.map((entry) => (decidesTls ? redirected(entry, settings) : entry.route)),
    decidesTls,
    certificate: terms.certificate,
  };
}

/** A failing route answers 503 without TLS too: a redirect to it would hide that. */
function redirected({ route, permitInsecure }: CollectedRoute, settings: GraphSettings): Route {
  if (route.action.kind === 'respond' || (permitInsecure && !settings.disablePermitInsecure)) return route;
  return { ...route, action: { kind: 'redirect-to-https' } };
}
