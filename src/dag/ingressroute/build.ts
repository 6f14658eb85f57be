// A root IngressRoute and all that it delegates to -> the routes of its host on both listeners, or its connections.
import type { ServiceContext } from '../cluster.ts';
import type { Findings } from '../findings.ts';
import type { Backend, Route, TcpProxy } from '../model.ts';
import { type IngressRoute, keyOf, type ObjectKey } from '../objects.ts';
import { problems } from '../problems.ts';
import type { TlsTerms } from '../tls.ts';
import type { GraphSettings } from '../view.ts';
import { type CollectedRoute, collectRoutes } from './delegation.ts';
import type { Inspections } from './inspections.ts';
import { hostTerms } from './root.ts';
import { collectTcpProxy } from './tcp-proxy.ts';
import { handsConnectionsOn } from './whole.ts';

export interface BuiltRoot {
  /** What the routes really do, and what they do on the HTTP listener. Both empty if the host has a problem. */
  readonly routes: readonly Route[];
  readonly plainRoutes: readonly Route[];
  /** Whether it is this object that says how the host is served over TLS, be it with an unusable certificate. */
  readonly decidesTls: boolean;
  /** Undefined: no TLS, or it can't be served. */
  readonly tls: TlsTerms | undefined;
  /** Takes the TLS connections of the host instead of `routes`. */
  readonly tcp: TcpProxy | undefined;
  /** The TLS Secret is not known yet. */
  readonly incomplete: boolean;
  /** Objects that name a Secret of authorities that is not known yet: what needs it is closed meanwhile. */
  readonly waiting: ReadonlySet<ObjectKey>;
}

export interface RootContext extends ServiceContext {
  readonly settings: GraphSettings;
  readonly findings: Findings;
  readonly inspections: Inspections;
  readonly host: string;
}

/** What a host has of an IngressRoute that doesn't serve it. */
export const nothing: BuiltRoot = {
  ...{ routes: [], plainRoutes: [], decidesTls: false },
  ...{ tls: undefined, tcp: undefined, incomplete: false, waiting: new Set() },
};

/** Tells `findings` of the root and of all that it reaches. */
export function buildRoot(context: RootContext, root: IngressRoute): BuiltRoot {
  const terms = hostTerms(context, root);
  const built = handsConnectionsOn(root)
    ? buildTcp(context, root, terms.tls)
    : buildRoutes(context, root, terms.tls);
  const { findings } = context;
  const key = keyOf(root);
  findings.own(key, terms.problems);
  if (!terms.problems.some(({ severity }) => severity === 'error')) return built;
  findings.chainOfAll(key, problems.RootNotServed(root));
  return { ...nothing, decidesTls: built.decidesTls, incomplete: built.incomplete, waiting: built.waiting };
}

type Tls = ReturnType<typeof hostTerms>['tls'];

function buildRoutes(context: RootContext, root: IngressRoute, tls: Tls): BuiltRoot {
  const { routes: collected, waiting } = collectRoutes(context, root);
  const decidesTls = root.virtualhost?.tls !== undefined;
  return {
    routes: collected.map(({ route }) => route),
    plainRoutes: collected.map((entry) => (decidesTls ? redirected(entry, context.settings) : entry.route)),
    decidesTls,
    tls: typeof tls === 'object' ? tls : undefined,
    tcp: undefined,
    incomplete: tls === 'unknown',
    waiting,
  };
}

function buildTcp(context: RootContext, root: IngressRoute, tls: Tls): BuiltRoot {
  const { waiting, backends, ...target } = collectTcpProxy(context, root);
  const ended = typeof tls === 'object' ? tls : undefined;
  const to = tls === 'passthrough' ? backends.map(passedThrough) : backends;
  return {
    ...nothing,
    decidesTls: true,
    tcp: { certificate: ended?.certificate, ...versionOf(ended), backends: to, ...target },
    incomplete: tls === 'unknown',
    waiting,
  };
}

/** Whatever the Service's annotation says of its protocol: the bytes of the client must arrive as they are. */
const passedThrough = (backend: Backend): Backend => ({
  ...backend,
  cluster: backend.cluster && { ...backend.cluster, protocol: 'passthrough' },
});

const versionOf = (tls: TlsTerms | undefined): Pick<TlsTerms, 'minimumVersion'> =>
  tls?.minimumVersion === undefined ? {} : { minimumVersion: tls.minimumVersion };

/** A failing route answers 503 without TLS too: a redirect to it would hide that. */
function redirected({ route, permitInsecure }: CollectedRoute, settings: GraphSettings): Route {
  if (route.action.kind === 'respond' || (permitInsecure && !settings.disablePermitInsecure)) return route;
  return { ...route, action: { kind: 'redirect-to-https' } };
}
