// What `serve` prints for people: the table of objects and a line for each change. Pure: text in, lines out.
import { compareText } from '../dag/compare.ts';
import { type CurrentStatus, unreachable, type Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { Problem } from '../dag/problems.ts';
import { escapeControl } from '../dag/user-text.ts';
import type { EnvoyState } from './managed-envoy.ts';
import { alignColumns, type Colour, paint, type Style } from './terminal-text.ts';

/** Objects by kind, namespace and name, each with its status and the reason for it. */
export function tableLines(verdicts: Iterable<Verdict>, style: Style): string[] {
  const sorted = [...verdicts].sort((a, b) => compareText(a.object, b.object));
  const rows = sorted.map((verdict) => {
    const { kind, name } = splitKey(verdict.object);
    return [kind, name, verdict.currentStatus, reasonOf(verdict)];
  });
  return alignColumns([['KIND', 'OBJECT', 'STATUS', 'REASON'], ...rows], style, (row, column) => {
    if (row === 0) return 'dim';
    const verdict = sorted[row - 1];
    return column === 2 && verdict !== undefined ? statusColour(verdict) : undefined;
  });
}

/** A virtual host that Envoys serve anew, otherwise or no longer. */
export interface HostChange {
  readonly host: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** How many Envoys confirmed it. */
  readonly envoys: number;
  /** From the change of the object to the last confirmation, in milliseconds. */
  readonly ms: number;
}

/** `12:01:02.123  a.com  route changed, served by 1 Envoy after 7 ms` */
export function hostLine(at: Date, change: HostChange, style: Style): string {
  const envoys = `${change.envoys} ${change.envoys === 1 ? 'Envoy' : 'Envoys'}`;
  const after = `after ${Math.max(1, Math.round(change.ms))} ms`;
  const text = {
    added: `route added, served by ${envoys} ${after}`,
    changed: `route changed, served by ${envoys} ${after}`,
    removed: `no longer served, confirmed by ${envoys} ${after}`,
  }[change.kind];
  return eventLine(at, change.host, text, style);
}

/** Problems of one object that are told when it changes. */
const mostProblems = 10;

/**
 * A status that changed, with a line for each problem after the worst. `before` undefined: the object is new; `after`
 * undefined: it is gone.
 */
export function verdictLines(
  at: Date,
  object: ObjectKey,
  { before, after }: { readonly before: Verdict | undefined; readonly after: Verdict | undefined },
  style: Style,
): string[] {
  const { kind, name } = splitKey(object);
  if (after === undefined) return [eventLine(at, `${kind} ${name}`, 'gone', style)];
  const status = paint(after.currentStatus, statusColour(after), style);
  const from =
    before === undefined || before.currentStatus === after.currentStatus ? '' : `${before.currentStatus} → `;
  const [worst, ...others] = after.problems;
  const reason = worst === undefined ? escapeControl(after.description) : problemText(worst);
  const untold = after.problems.length - mostProblems;
  return [
    `${eventLine(at, `${kind} ${name}`, from, style)}${status}: ${reason}`,
    ...others.slice(0, mostProblems - 1).map((problem) => `    ${problemText(problem)}`),
    ...(untold > 0 ? [`    and ${untold} more; /status on the debug port has all`] : []),
  ];
}

/** A mistake in a manifest file. `error`: its last good content keeps serving; `warning`: the rest of it is taken. */
export interface FileProblem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** Both count from 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
  /** The lines of the file around the mistake, with a mark under it; may be empty. */
  readonly excerpt: string;
}

/** `12:01:02.123  shop.yaml:3:7  bad indentation`, the excerpt, and what is served meanwhile. */
export function fileProblemLines(at: Date, problem: FileProblem, style: Style): string[] {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const message = escapeControl(problem.message.split('\n')[0] ?? '');
  const excerpt = problem.excerpt.split('\n').map((line) => line.replaceAll('\t', ' ').trimEnd());
  const colour = problem.severity === 'error' ? 'red' : 'yellow';
  return [
    `${eventLine(at, place, '', style)}${paint(message, colour, style)}`,
    ...excerpt.filter((line) => line !== '').map((line) => `    ${escapeControl(line)}`),
    ...(problem.severity === 'error' ? ['    what was last good of this file keeps serving'] : []),
  ];
}

/** A file that had a mistake is fine again. */
export const fileRepairedLine = (at: Date, file: string, style: Style): string =>
  eventLine(at, file, 'is fine again', style);

/** What the managed Envoy is doing. */
export function envoyLine(at: Date, state: EnvoyState, style: Style): string {
  switch (state.kind) {
    case 'starting':
      return eventLine(at, 'Envoy', `${state.version} starts`, style);
    case 'ready':
      return eventLine(at, 'Envoy', `${state.version} serves after ${Math.round(state.ms)} ms`, style);
    case 'died':
      return eventLine(at, 'Envoy', `ended (${state.end}), starts again in ${state.restartMs} ms`, style);
  }
  return unreachable(state);
}

/** The time, what it is about, and what happened; the subject and the text may be a user's. */
export function eventLine(at: Date, subject: string, text: string, style: Style): string {
  return `${paint(timeOf(at), 'dim', style)}  ${paint(escapeControl(subject), 'bold', style)}  ${escapeControl(text)}`;
}

/** Local time with milliseconds. */
function timeOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

function splitKey(object: ObjectKey): { readonly kind: string; readonly name: string } {
  const [kind = '', namespace = '', ...name] = object.split('/').map(escapeControl);
  return { kind, name: namespace === '' ? name.join('/') : `${namespace}/${name.join('/')}` };
}

/** The worst problem, how many more there are, or the description if there is none. */
function reasonOf({ problems: [worst, ...others], description }: Verdict): string {
  if (worst === undefined) return escapeControl(description);
  return problemText(worst) + (others.length > 0 ? ` (and ${others.length} more)` : '');
}

/** With its route; that it is a warning is said, not that it is an error. */
function problemText({ route, severity, message }: Problem): string {
  const where = route === undefined ? '' : `${route}: `;
  return escapeControl(`${severity === 'warning' ? 'warning: ' : ''}${where}${message}`);
}

/** Yellow also for what is valid and has warnings. */
export function statusColour(verdict: Pick<Verdict, 'currentStatus' | 'problems'>): Colour {
  const colours: Readonly<Record<CurrentStatus, Colour>> = {
    valid: 'green',
    invalid: 'red',
    orphaned: 'yellow',
  };
  return verdict.currentStatus === 'valid' && verdict.problems.length > 0
    ? 'yellow'
    : colours[verdict.currentStatus];
}
