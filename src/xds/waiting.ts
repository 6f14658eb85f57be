// Names that wait for others to become ready, each for a limited time. No event costs more than the names it frees.

/** What a name waits for. */
export interface Blocker {
  readonly name: string;
  /** Whose acceptance makes the blocker ready; undefined: its own. */
  readonly warmedBy: string | undefined;
}

export interface Waiting {
  readonly size: number;
  /** A name waits for one blocker at a time; its time counts from the first. */
  wait(name: string, blocker: Blocker, now: number): void;
  /** Names that this one alone holds up, or undefined. */
  blocked(blocker: string): ReadonlySet<string> | undefined;
  /** Blockers that become ready by the acceptance of `warm`. */
  warmedBy(warm: string): Iterable<string>;
  /** Moves the names whose time is over; they stay overdue until `done`. */
  expire(now: number): readonly string[];
  overdue(name: string): boolean;
  done(name: string): void;
  /** When the next name's time is over. */
  deadline(): number | undefined;
}

/** `patience`: milliseconds that a name waits at most. */
export function createWaiting({ patience }: { readonly patience: number }): Waiting {
  // All wait equally long, so the order of arrival is the order of the deadlines.
  const waiting = new Map<string, { readonly since: number; readonly blocker: Blocker }>();
  const overdue = new Set<string>();
  const byBlocker = new Map<string, { readonly names: Set<string>; readonly warms: Set<string> }>();
  const byWarm = new Map<string, Set<string>>();

  function unlink(name: string): void {
    const blocker = waiting.get(name)?.blocker.name;
    const entry = blocker === undefined ? undefined : byBlocker.get(blocker);
    if (blocker === undefined || entry === undefined) return;
    entry.names.delete(name);
    if (entry.names.size > 0) return;
    byBlocker.delete(blocker);
    for (const warm of entry.warms) {
      const blockers = byWarm.get(warm);
      blockers?.delete(blocker);
      if (blockers?.size === 0) byWarm.delete(warm);
    }
  }

  function link(name: string, blocker: Blocker): void {
    const entry = byBlocker.get(blocker.name) ?? { names: new Set(), warms: new Set() };
    byBlocker.set(blocker.name, entry);
    entry.names.add(name);
    if (blocker.warmedBy === undefined) return;
    entry.warms.add(blocker.warmedBy);
    byWarm.set(blocker.warmedBy, (byWarm.get(blocker.warmedBy) ?? new Set()).add(blocker.name));
  }

  function next(): { readonly name: string; readonly since: number } | undefined {
    for (const [name, { since }] of waiting) return { name, since };
    return undefined;
  }

  return {
    get size() {
      return waiting.size;
    },
    wait(name, blocker, now) {
      unlink(name);
      waiting.set(name, { since: waiting.get(name)?.since ?? now, blocker });
      link(name, blocker);
    },
    blocked: (blocker) => byBlocker.get(blocker)?.names,
    warmedBy: (warm) => byWarm.get(warm) ?? [],
    expire(now) {
      const names: string[] = [];
      for (let first = next(); first !== undefined; first = next()) {
        if (first.since + patience > now) break;
        unlink(first.name);
        waiting.delete(first.name);
        overdue.add(first.name);
        names.push(first.name);
      }
      return names;
    },
    overdue: (name) => overdue.has(name),
    done(name) {
      unlink(name);
      waiting.delete(name);
      overdue.delete(name);
    },
    deadline() {
      const first = next();
      return first === undefined ? undefined : first.since + patience;
    },
  };
}
