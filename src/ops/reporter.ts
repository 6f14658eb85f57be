// Tells the person at the terminal what happens: the table of objects at the start, then every change. Large
// changes are cut short, so that a folder of thousands says no more than a screen.
import type { Verdict, VirtualHost } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { ManifestNotice } from '../kube/manifests/source.ts';
import type { Clock } from '../runtime/clock.ts';
import type { EnvoyState } from './managed-envoy.ts';
import {
  envoyLine,
  fileProblemLines,
  fileRepairedLine,
  type HostChange,
  hostLine,
  tableLines,
  verdictLines,
} from './terminal.ts';
import type { Style } from './terminal-text.ts';
import { type Entrance, urlLines } from './urls.ts';

export interface ReporterOptions {
  readonly write: (line: string) => void;
  readonly style: Style;
  readonly clock: Clock;
}

export interface Reporter {
  /** The first call prints the table; later ones a line for each change. */
  verdicts(changed: ReadonlyMap<ObjectKey, Verdict | undefined>): void;
  served(change: HostChange): void;
  file(notice: ManifestNotice): void;
  envoy(state: EnvoyState): void;
  /** What can be requested now. */
  urls(hosts: Iterable<VirtualHost>, entrance: Entrance): void;
}

/** Most rows of the table, most lines for what happens in one turn, and most commands to try. */
const limits = { table: 50, turn: 20, urls: 20 } as const;

export function createReporter({ write, style, clock }: ReporterOptions): Reporter {
  const verdicts = new Map<ObjectKey, Verdict>();
  let started = false;
  let told = 0;
  let untold = 0;

  /** Writes a change's lines unless this turn has said enough. */
  function say(lines: readonly string[]): void {
    if (told === 0) clock.soon(endTurn);
    told++;
    if (told > limits.turn) untold++;
    else for (const line of lines) write(line);
  }

  function endTurn(): void {
    if (untold > 0) write(`    and ${untold} more changes; /status on the debug port has every object`);
    told = 0;
    untold = 0;
  }

  function printTable(): void {
    const all = [...verdicts.values()];
    const troubled = all.filter(
      ({ currentStatus, problems }) => currentStatus !== 'valid' || problems.length > 0,
    );
    const shown = (all.length > limits.table ? troubled : all).slice(0, limits.table);
    for (const line of tableLines(shown, style)) write(line);
    if (shown.length < all.length) {
      write(`${all.length} objects, ${troubled.length} of them with problems; shown are ${shown.length}`);
    }
  }

  return {
    verdicts(changed) {
      for (const [object, after] of changed) {
        const before = verdicts.get(object);
        if (after === undefined) verdicts.delete(object);
        else verdicts.set(object, after);
        if (started) say(verdictLines(clock.date(), object, { before, after }, style));
      }
      if (!started) printTable();
      started = true;
    },
    served: (change) => say([hostLine(clock.date(), change, style)]),
    file(notice) {
      if (notice.kind === 'repaired') say([fileRepairedLine(clock.date(), notice.file, style)]);
      else say(fileProblemLines(clock.date(), notice, style));
    },
    envoy: (state) => write(envoyLine(clock.date(), state, style)),
    urls(hosts, entrance) {
      write('');
      for (const line of urlLines(hosts, { entrance, limit: limits.urls }, style)) write(line);
      write('');
    },
  };
}
