// A build that reads the way a real one does and decides little, for tests of the graph alone.
import type { BuildHost, VerdictOf } from '../dag/graph.ts';
import type { Report } from '../dag/host-build.ts';
import type { Route, Verdict } from '../dag/model.ts';
import { type IngressRoute, keyOf, type ObjectKey } from '../dag/objects.ts';
import type { Problem } from '../dag/problems.ts';
import type { ObjectView } from '../dag/view.ts';

/** Serves the claimant first by key: its services, those of what it delegates to, and reads its secret. */
export const toyBuild: BuildHost = (view, _settings, host) => {
  const claimants = [...view.claimants(host)].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const first = claimants[0];
  const reports = new Map<ObjectKey, Report>();
  if (first === undefined) return { host: undefined, reports, incomplete: false, waiting: [] };
  for (const claimant of claimants) report(reports, keyOf(claimant), { host, root: keyOf(first), own: [] });
  const routes: Route[] = [];
  const incomplete = first.kind === 'IngressRoute' && readSecret(view, first) === 'unknown';
  if (first.kind === 'IngressRoute') walk({ view, host, routes, reports }, first);
  const built = { host, http: routes, https: undefined, owners: [keyOf(first)] };
  return { host: built, reports, incomplete, waiting: [] };
};

interface Walk {
  readonly view: ObjectView;
  readonly host: string;
  readonly routes: Route[];
  readonly reports: Map<ObjectKey, Report>;
}

function walk({ view, host, routes, reports }: Walk, root: IngressRoute): void {
  const todo = [root];
  const seen = new Set<ObjectKey>();
  for (let object = todo.pop(); object; object = todo.pop()) {
    if (seen.has(keyOf(object))) continue;
    seen.add(keyOf(object));
    const own: Problem[] = [];
    for (const { match, services, delegate } of object.routes) {
      const target = delegate && view.ingressRoute(delegate.namespace ?? object.namespace, delegate.name);
      if (target) todo.push(target);
      for (const { name } of services) {
        const known = view.service(object.namespace, name) !== undefined;
        if (!known) own.push({ code: 'ToyMissing', severity: 'error', message: name });
        const action = known
          ? ({ kind: 'redirect-to-https' } as const)
          : ({ kind: 'respond', status: 503 } as const);
        routes.push({ match: { kind: 'prefix', path: match }, action, source: keyOf(object), chain: [] });
      }
    }
    report(reports, keyOf(object), { host, root: keyOf(root), own });
  }
}

function report(
  reports: Map<ObjectKey, Report>,
  key: ObjectKey,
  found: Pick<Report, 'host' | 'root' | 'own'>,
): void {
  reports.set(key, { ...found, chain: [], omitted: 0, reachedFrom: [], reachedFromCount: 0 });
}

function readSecret(view: ObjectView, root: IngressRoute): unknown {
  const [owner = '', name = ''] = root.virtualhost?.tls?.secretName.split('/') ?? [];
  if (name === '') return undefined;
  return view.granted(owner, name, root.namespace) ? view.secret(owner, name) : undefined;
}

export const toyVerdict: VerdictOf = (object, reports, _settings, refusal) => {
  const problems = reports.flatMap((one) => one.own);
  const valid = problems.length === 0 && refusal === undefined;
  return {
    object: keyOf(object),
    generation: object.generation,
    uid: object.uid,
    currentStatus: reports.length === 0 ? 'orphaned' : valid ? 'valid' : 'invalid',
    description: refusal ?? reports.map((one) => `${one.host} of ${one.root}`).join(', '),
    problems,
    problemsCount: problems.length,
    ...unreached,
  };
};

/** Of a verdict on an object that nobody delegates to. */
export const unreached = { reachedFrom: [], reachedFromCount: 0 } satisfies Partial<Verdict>;
