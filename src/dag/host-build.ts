// What building one virtual host yields: the host and what was found out about every object on the way.
import type { Reached, VirtualHost } from './model.ts';
import type { ObjectKey } from './objects.ts';
import type { Problem } from './problems.ts';

export interface HostBuild {
  /** undefined: nothing is served under this name. */
  readonly host: VirtualHost | undefined;
  /** One report for each object that claims the host or is reached from its root. */
  readonly reports: ReadonlyMap<ObjectKey, Report>;
  /** A secret that the host needs is unknown yet: the graph keeps the owner's last build, and the reports. */
  readonly incomplete: boolean;
  /** Objects whose verdict waits for a Secret of authorities: nobody else waits for it. */
  readonly waiting: readonly ObjectKey[];
}

/** One host's findings about one object. */
export interface Report {
  readonly host: string;
  readonly root: ObjectKey;
  /** Problems of the object itself; the same from whichever host it is reached. */
  readonly own: readonly Problem[];
  /** Problems of this chain only (a prefix mismatch); invalid if every chain that reaches it has one. */
  readonly chain: readonly Problem[];
  /** How many more problems there are: `own` and `chain` keep the worst. */
  readonly omitted: number;
  /** Where this host leads to the object, by prefix; at most 20. None for a root and an Ingress. */
  readonly reachedFrom: readonly Reached[];
  readonly reachedFromCount: number;
}
