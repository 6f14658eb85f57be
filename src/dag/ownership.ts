// Who may serve a host: the claims of IngressRoutes and Ingresses, ranked so that no tenant takes another's host.
import { compareText } from './compare.ts';
import { rootProblem } from './ingressroute/root.ts';
import type { Ingress, IngressRoute } from './objects.ts';
import { type Problem, problems } from './problems.ts';
import type { Claimant, GraphSettings } from './view.ts';

export interface Ownership {
  /** The namespace of the oldest claimant; undefined: nobody may serve the host. */
  readonly namespace: string | undefined;
  /** The one root that serves. */
  readonly root: IngressRoute | undefined;
  /** Those that serve beside it, oldest first. */
  readonly ingresses: readonly Ingress[];
  readonly refused: readonly { readonly claimant: Claimant; readonly problem: Problem }[];
}

/** Independent of the order of `claimants`. */
export function settle(host: string, claimants: readonly Claimant[], settings: GraphSettings): Ownership {
  const refused: { claimant: Claimant; problem: Problem }[] = [];
  const claims: Claimant[] = [];
  for (const claimant of claimants) {
    const problem = claimant.kind === 'IngressRoute' ? rootProblem(claimant, settings) : undefined;
    if (problem === undefined) claims.push(claimant);
    else refused.push({ claimant, problem });
  }
  const ranked = rank(claims, settings);
  const owner = ranked[0];
  if (owner === undefined) return { namespace: undefined, root: undefined, ingresses: [], refused };
  const { namespace } = owner;
  const roots = ranked.filter((claimant) => claimant.kind === 'IngressRoute');
  const root = roots.find((candidate) => candidate.namespace === namespace);
  for (const loser of roots) {
    if (loser !== root) refused.push({ claimant: loser, problem: problems.FqdnTaken(host, root ?? owner) });
  }
  const ingresses: Ingress[] = [];
  for (const ingress of ranked) {
    if (ingress.kind !== 'Ingress') continue;
    // A root that lost its claim doesn't count, or any tenant could drive others' Ingresses from a shared host.
    if (ingress.namespace === namespace || root === undefined) ingresses.push(ingress);
    else refused.push({ claimant: ingress, problem: problems.HostTaken(host, root) });
  }
  return { namespace, root, ingresses, refused };
}

/**
 * Oldest first, then by namespace and name; with root namespaces set, roots before Ingresses. An object without a
 * timestamp (from a folder) is as old as any other, so where one is without, names alone decide.
 */
function rank(claims: readonly Claimant[], settings: GraphSettings): readonly Claimant[] {
  const byAge = claims.every(({ created }) => created !== undefined);
  const rootsFirst = settings.rootNamespaces.size > 0;
  return [...claims].sort(
    (a, b) =>
      (rootsFirst ? kindRank(a) - kindRank(b) : 0) ||
      (byAge ? (a.created ?? 0) - (b.created ?? 0) : 0) ||
      compareText(a.namespace, b.namespace) ||
      compareText(a.name, b.name) ||
      kindRank(a) - kindRank(b),
  );
}

const kindRank = ({ kind }: Claimant): number => (kind === 'IngressRoute' ? 0 : 1);
