// What we think of one object, from what all hosts found out about it.

import { compareText } from './compare.ts';
import { sentenceOf } from './description.ts';
import type { Report } from './host-build.ts';
import { ingressProblems } from './ingress/index.ts';
import { Inspections } from './ingressroute/inspections.ts';
import { rootProblem } from './ingressroute/root.ts';
import { mayServeRoutes, wholeProblems } from './ingressroute/whole.ts';
import { type CurrentStatus, mostReached, unreachable, type Verdict } from './model.ts';
import { type IngressRoute, type KubernetesObject, keyOf } from './objects.ts';
import { mostProblems, type Problem, problems, worst } from './problems.ts';
import type { GraphSettings } from './view.ts';

interface Told {
  /** What Envoy said to a resource that came of the object. */
  readonly refusal?: string | undefined;
  readonly inspections?: Inspections;
}

/** `reports`: one from each host that the object claims or is reached from, in any order. */
export function verdictOf(
  object: KubernetesObject,
  reports: readonly Report[],
  settings: GraphSettings,
  { refusal, inspections = new Inspections() }: Told = {},
): Verdict {
  const orphaned = object.kind === 'IngressRoute' && !object.virtualhost && reports.length === 0;
  const chains = ofChains(reports);
  const others = worst(chains.warnings);
  const { problems: mine, omitted: more } = worst([
    ...byItself(object, settings, inspections),
    ...reports.flatMap(({ own }) => own),
    ...chains.problems,
    ...(orphaned ? [problems.Orphaned()] : []),
    ...(refusal === undefined ? [] : [problems.EnvoyRefused(refusal)]),
  ]);
  const found = [...mine, ...others.problems].slice(0, mostProblems);
  const omitted = mine.length + others.problems.length - found.length + more + others.omitted;
  const [first] = found;
  const failed = first?.severity === 'error';
  const currentStatus: CurrentStatus = orphaned ? 'orphaned' : failed ? 'invalid' : 'valid';
  const description = orphaned
    ? problems.Orphaned().message
    : failed
      ? sentenceOf(first)
      : `valid ${object.kind}`;
  return {
    object: keyOf(object),
    generation: object.generation,
    uid: object.uid,
    currentStatus,
    description,
    problems: found,
    problemsCount:
      found.length + omitted + reports.reduce((most, report) => Math.max(most, report.omitted), 0),
    ...reachedFrom(reports),
  };
}

function reachedFrom(reports: readonly Report[]): Pick<Verdict, 'reachedFrom' | 'reachedFromCount'> {
  const all = reports.flatMap((report) => report.reachedFrom);
  const sorted = all.sort(
    (a, b) => compareText(a.fqdn, b.fqdn) || compareText(a.prefix, b.prefix) || compareText(a.root, b.root),
  );
  return {
    reachedFrom: sorted.slice(0, mostReached),
    reachedFromCount: reports.reduce((sum, report) => sum + report.reachedFromCount, 0),
  };
}

/** Known without any host: an object that claims none, because of its namespace or name, has no report. */
function byItself(
  object: KubernetesObject,
  settings: GraphSettings,
  inspections: Inspections,
): readonly Problem[] {
  switch (object.kind) {
    case 'IngressRoute':
      return ofIngressRoute(object, settings, inspections);
    case 'Ingress':
      return ingressProblems(object);
    case 'TLSCertificateDelegation':
      return [
        ...object.malformed.map(({ path, message }) => problems.MalformedField(path, message)),
        ...object.unknownFields.map(({ path, nearest }) => problems.UnknownField(path, nearest)),
      ];
    case 'IngressClass':
    case 'Service':
    case 'EndpointSlice':
    case 'Secret':
      return [];
    default:
      return unreachable(object);
  }
}

/** Also where no host is built from it, so that all its mistakes are told at once: of an orphan, of one without a claim. */
function ofIngressRoute(
  object: IngressRoute,
  settings: GraphSettings,
  inspections: Inspections,
): readonly Problem[] {
  const root = object.virtualhost && rootProblem(object, settings);
  const whole = object.virtualhost ? wholeProblems(object) : [];
  return [
    ...(root ? [root] : []),
    ...whole,
    ...(mayServeRoutes(object) ? inspections.of(object).problems : []),
  ];
}

/** An error of every chain is an error. One of only some is a warning: no root may spoil another root's object. */
function ofChains(reports: readonly Report[]): {
  readonly problems: readonly Problem[];
  /** Come last, however many roots there are: the object's own are not crowded out. */
  readonly warnings: readonly Problem[];
} {
  const failing = ({ chain }: Report): boolean => chain.some(({ severity }) => severity === 'error');
  const found = reports.flatMap(({ chain }) => chain);
  if (reports.every(failing)) return { problems: found, warnings: [] };
  return { problems: [], warnings: found.map((problem) => ({ ...problem, severity: 'warning' })) };
}
