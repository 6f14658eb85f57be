// What the client of one stream has of one type, and what is on its way: learned from what it reports, accepts and
// refuses, never from what was sent alone.
import type { References } from './references.ts';
import type { Resource } from './resource.ts';

/** A response that is not answered yet. */
export interface Flight {
  /** Grows with every response of the stream. */
  readonly sequence: number;
  readonly sent: ReadonlyMap<string, Resource>;
  readonly removed: readonly string[];
}

export interface Possession {
  readonly inFlight: number;
  names(): Iterable<string>;
  /** The client says it has this: content unknown unless the version tells. */
  report(name: string, version: string): void;
  /** A reported version is found to be this resource's. */
  recognise(name: string, resource: Resource): void;
  /** The client has it by its own word and nobody knows the content. */
  unrecognised(name: string): boolean;
  /** The version the client will have when everything in flight is accepted; undefined: none. */
  expects(name: string): string | undefined;
  /** The client accepted it, and nothing has taken it from the client since. */
  ready(name: string): boolean;
  flying(name: string): boolean;
  fly(flight: Flight): void;
  /** The flight that this nonce belongs to, which has landed now; undefined: a stale or made-up nonce. */
  land(nonce: string): Flight | undefined;
  /** A landed flight was accepted. Names outside `wanted` are not remembered. */
  accept(flight: Flight, wanted: (name: string) => boolean): void;
  /** A landed flight was refused: what it removed is removed all the same, its changes are not there. */
  refuse(flight: Flight): void;
  /** The client may have dropped it (it asks again, or its user is being removed): not ready before a later ACK. */
  doubt(name: string, sequence: number): void;
  /** The client may have dropped it: whatever version it is sent is news. */
  outdate(name: string): void;
  forget(name: string): void;
}

interface Held {
  readonly version: string;
  readonly resource: Resource | undefined;
}

/**
 * A client that never answers a pipelined type makes us remember a flight for each change. Beyond this many the
 * oldest counts as accepted, which costs the isolation of that one response if it is refused after all.
 */
const flightLimit = 10_000;

/** `references` counts what the resources in possession and in flight refer to. */
export function createPossession(references: References): Possession {
  const held = new Map<string, Held>();
  const flights = new Map<string, Flight>();
  const latest = new Map<string, { readonly sequence: number; readonly version: string | undefined }>();
  const doubts = new Map<string, number>();

  function release(name: string): void {
    const had = held.get(name);
    if (had === undefined) return;
    held.delete(name);
    references.drop(had.resource);
  }

  function hold(name: string, version: string, resource: Resource | undefined): void {
    const had = held.get(name);
    held.set(name, { version, resource });
    references.add(resource);
    if (had !== undefined) references.drop(had.resource);
  }

  function settle(name: string, flight: Flight): void {
    if (latest.get(name)?.sequence === flight.sequence) latest.delete(name);
  }

  function acceptRemovals(flight: Flight): void {
    for (const name of flight.removed) {
      settle(name, flight);
      release(name);
      doubts.delete(name);
    }
  }

  function accept(flight: Flight, wanted: (name: string) => boolean): void {
    for (const [name, resource] of flight.sent) {
      settle(name, flight);
      if (wanted(name)) hold(name, resource.version, resource);
      references.drop(resource);
      if ((doubts.get(name) ?? -1) < flight.sequence) doubts.delete(name);
    }
    acceptRemovals(flight);
  }

  function land(nonce: string): Flight | undefined {
    const flight = flights.get(nonce);
    flights.delete(nonce);
    return flight;
  }

  return {
    get inFlight() {
      return flights.size;
    },
    names: () => held.keys(),
    report: (name, version) => hold(name, version, undefined),
    recognise: (name, resource) => hold(name, resource.version, resource),
    unrecognised: (name) => held.has(name) && held.get(name)?.resource === undefined,
    expects(name) {
      const flying = latest.get(name);
      return flying === undefined ? held.get(name)?.version : flying.version;
    },
    ready: (name) => held.has(name) && !doubts.has(name),
    flying: (name) => latest.has(name),
    fly(flight) {
      flights.set(String(flight.sequence), flight);
      for (const [name, { version }] of flight.sent) latest.set(name, { sequence: flight.sequence, version });
      for (const name of flight.removed) {
        latest.set(name, { sequence: flight.sequence, version: undefined });
        doubts.set(name, flight.sequence);
      }
      for (const resource of flight.sent.values()) references.add(resource);
      const [oldest] = flights.keys();
      if (flights.size <= flightLimit || oldest === undefined) return;
      const presumed = land(oldest);
      if (presumed !== undefined) accept(presumed, () => true);
    },
    land,
    accept,
    refuse(flight) {
      for (const [name, resource] of flight.sent) {
        settle(name, flight);
        references.drop(resource);
      }
      acceptRemovals(flight);
    },
    doubt(name, sequence) {
      doubts.set(name, sequence);
    },
    outdate(name) {
      latest.delete(name);
      const had = held.get(name);
      if (had !== undefined) held.set(name, { version: '', resource: had.resource });
    },
    forget(name) {
      latest.delete(name);
      doubts.delete(name);
      release(name);
    },
  };
}
