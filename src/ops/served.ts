// When is a change of a host served? When every Envoy that is connected has accepted it. Pure bookkeeping: told of
// changes and of acceptances, it tells what became true.
import type { HostChange } from './terminal.ts';

export interface ServedOptions {
  readonly now: () => number;
  /** The host of a resource's name, by which its changes are told; undefined: the resource is of no host. */
  readonly hostOf: (type: string, name: string) => string | undefined;
  readonly onServed: (change: HostChange) => void;
}

export interface ServedTracker {
  /** A client is connected; it counts from its next acceptance on. */
  connected(stream: number): void;
  disconnected(stream: number): void;
  /**
   * Names changed at `since` (milliseconds of `now`); `exists` tells which of them are served now. The first call is
   * the beginning, which nobody waits to be told.
   */
  changed(type: string, names: Iterable<string>, exists: (name: string) => boolean, since: number): void;
  /** A client accepted resources or removals of these names. */
  acked(stream: number, type: string, names: readonly string[]): void;
  /** A client refused a name: what it has keeps serving, so nobody waits for it. */
  refused(type: string, name: string): void;
}

interface Waiting {
  readonly kind: HostChange['kind'];
  readonly since: number;
  /** Per name the streams that haven't accepted it. */
  readonly missing: Map<string, Set<number>>;
  readonly envoys: number;
}

/** Hosts that wait are bounded by the hosts; a host that changes again before all accepted it begins anew. */
export function createServedTracker({ now, hostOf, onServed }: ServedOptions): ServedTracker {
  const streams = new Set<number>();
  const known = new Map<string, Set<string>>();
  const waiting = new Map<string, Waiting>();
  let begun = false;

  function note(host: string, name: string, exists: boolean): HostChange['kind'] {
    const names = known.get(host) ?? new Set();
    const before = names.size;
    if (exists) names.add(name);
    else names.delete(name);
    if (names.size === 0) known.delete(host);
    else known.set(host, names);
    if (names.size === 0) return 'removed';
    return before === 0 ? 'added' : 'changed';
  }

  function settle(host: string, entry: Waiting): void {
    if (entry.missing.size > 0) return;
    waiting.delete(host);
    if (entry.envoys > 0) onServed({ host, kind: entry.kind, envoys: entry.envoys, ms: now() - entry.since });
  }

  function accept(entry: Waiting, name: string, stream: number): void {
    const missing = entry.missing.get(name);
    missing?.delete(stream);
    if (missing?.size === 0) entry.missing.delete(name);
  }

  return {
    connected: (stream) => void streams.add(stream),
    disconnected(stream) {
      streams.delete(stream);
      for (const [host, entry] of waiting) {
        for (const name of [...entry.missing.keys()]) accept(entry, name, stream);
        settle(host, entry);
      }
    },
    changed(type, names, exists, since) {
      for (const name of names) {
        const host = hostOf(type, name);
        if (host === undefined) continue;
        const kind = note(host, name, exists(name));
        if (!begun || streams.size === 0) continue;
        const entry = waiting.get(host);
        const first = entry?.since === since ? entry : undefined;
        const missing = first?.missing ?? new Map<string, Set<number>>();
        missing.set(name, new Set(streams));
        const shown = first?.kind === 'added' && kind === 'changed' ? 'added' : kind;
        waiting.set(host, { kind: shown, since, missing, envoys: streams.size });
      }
      begun = true;
    },
    acked(stream, type, names) {
      for (const name of names) {
        const host = hostOf(type, name);
        const entry = host === undefined ? undefined : waiting.get(host);
        if (host === undefined || entry === undefined) continue;
        accept(entry, name, stream);
        settle(host, entry);
      }
    },
    refused(type, name) {
      const host = hostOf(type, name);
      if (host !== undefined) waiting.delete(host);
    },
  };
}
