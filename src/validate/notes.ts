// What is said beside the report, on stderr: what was not looked at, and what to do about what the files lack.
import type { ObjectKey } from '../dag/objects.ts';
import { escapeControl } from '../dag/user-text.ts';
import type { Report } from './report.ts';
import { counted, titleOf } from './table.ts';

export interface NotesOptions {
  readonly against: 'cluster' | 'nothing';
}

/** Lines without an end. */
export function notesOf(report: Report, { against }: NotesOptions): readonly string[] {
  const { rows, notOurs, others, summary } = report;
  const nothing = rows.length === 0 && notOurs.length === 0;
  return [
    ...(others.size > 0 ? [othersNote(others)] : []),
    ...(notOurs.length > 0 ? [notOursNote(notOurs)] : []),
    ...(nothing ? ['nothing was judged: no IngressRoute, Ingress or TLSCertificateDelegation is here'] : []),
    ...notReadNote(report),
    ...(summary.orphaned > 0 ? [orphanNote(summary.orphaned, against)] : []),
    ...(against === 'nothing' ? elsewhereNote(report) : []),
  ];
}

/** Most things of one kind that a line names. */
const mostNamed = 10;

function listed(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return [...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** Of our own kinds in a version that is not read, the version is said. */
function othersNote(others: Report['others']): string {
  const total = [...others.values()].reduce((sum, count) => sum + count, 0);
  const sorted = [...others].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  const names = sorted.map(([type, count]) => `${escapeControl(shortType(type))} (${count})`);
  const are = total === 1 ? 'object of another kind was' : 'objects of other kinds were';
  return `${total} ${are} not looked at: ${listed(names)}`;
}

const readKinds =
  /\/(IngressRoute|TLSCertificateDelegation|Ingress|IngressClass|Service|Secret|EndpointSlice)$/;

function shortType(type: string): string {
  return readKinds.test(type) || type.includes(' ') ? type : type.slice(type.lastIndexOf('/') + 1);
}

function notOursNote(keys: readonly ObjectKey[]): string {
  const names = keys.map((key) => {
    const { kind, name } = titleOf(key);
    return `${kind} ${name}`;
  });
  const are =
    keys.length === 1 ? 'object is of another class and was' : 'objects are of another class and were';
  return `${keys.length} ${are} not judged: ${listed(names)}`;
}

function notReadNote({ rows }: Report): readonly string[] {
  const secrets = [...new Set(rows.flatMap(({ notRead }) => notRead))].sort().map(escapeControl);
  if (secrets.length === 0) return [];
  const [first = ''] = secrets;
  const namespace = first.slice(0, first.indexOf('/'));
  return [
    `not allowed to read ${counted(secrets.length, 'Secret')}: ${listed(secrets)}; whether they are there and fit is unknown; "kubectl auth can-i get secrets -n ${namespace}" tells the permission`,
  ];
}

function orphanNote(orphaned: number, against: NotesOptions['against']): string {
  const are = orphaned === 1 ? 'is' : 'are';
  const searched = against === 'cluster' ? 'these files or the cluster' : 'these files';
  const remedies = against === 'cluster' ? [] : ['--against-cluster looks for one in the cluster, too'];
  return [
    `${counted(orphaned, 'IngressRoute')} ${are} orphaned: no root of ${searched} delegates there, so nothing of it is served`,
    ...remedies,
    '--strict fails on it',
  ].join('; ');
}

/** Problems that come of objects which other files or the cluster may have. */
const ofAbsence: ReadonlySet<string> = new Set([
  'ServiceMissing',
  'ServicePortMissing',
  'SecretMissing',
  'SecretNotDelegated',
  'ValidationCaMissing',
  'DelegateMissing',
]);

function elsewhereNote({ rows }: Report): readonly string[] {
  const found = rows.flatMap(({ verdict }) => verdict.problems).map(({ code }) => code);
  const codes = [...new Set(found)].filter((code) => ofAbsence.has(code)).sort();
  if (codes.length === 0) return [];
  return [
    `what is missing may be elsewhere: judge with --against-cluster, add its files, or leave it out with --ignore ${codes.join(',')}`,
  ];
}
