// What `serve` needs to know of the place that its objects come from: a folder or a cluster.
import type { Verdict } from '../dag/model.ts';
import type { ObjectKey } from '../dag/objects.ts';
import type { HostChange } from '../ops/terminal.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { EventSink } from '../store/events.ts';
import type { StoreSettings } from '../store/store.ts';

export interface Surroundings {
  readonly clock: Clock;
  readonly log: Log;
}

/** A place of objects, which is told what became of them. */
export interface Source {
  /** For the first line of the log: `following ...`. */
  readonly about: string;
  /** What the store must know of it. */
  readonly store: Pick<StoreSettings, 'absentSecret'>;
  /** As the pipeline tells them. */
  verdicts(changed: ReadonlyMap<ObjectKey, Verdict | undefined>): void;
  /** Every connected Envoy has a change of a host. */
  served(change: HostChange): void;
  /** What runs beside the xDS server, in order of their start. Called once. */
  parts(pipeline: Pipeline, sink: EventSink): readonly Runnable[];
  /** What it has not read yet, a line each; empty: all is read. */
  waiting(): readonly string[];
}
