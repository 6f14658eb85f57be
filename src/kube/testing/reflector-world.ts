// A fake API server, time by hand, and a mirror of all that was delivered.

import type { Log } from '../../runtime/log.ts';
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import type { ApiError } from '../api.ts';
import { FakeApi } from './fake-api.ts';

export type ReflectorWorld = ReturnType<typeof reflectorWorld>;

/** `random` always draws the middle: waits are three quarters of the full ones. */
export function reflectorWorld() {
  const api = new FakeApi();
  const clock = manualClock();
  const lines: string[] = [];
  const write = (level: string) => (message: string) => lines.push(`${level}: ${message}`);
  const log: Log = { error: write('error'), warn: write('warn'), info: write('info'), debug: () => {} };
  const mirror = new Map<string, RawObject>();
  const batches: (readonly ObjectEvent[])[] = [];
  const lifetime = new AbortController();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const settle = async () => {
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  return {
    ...{ api, clock, lines, log, mirror, batches },
    random: () => 0.5,
    signal: lifetime.signal,
    stop: () => lifetime.abort(),
    deliver(events: readonly ObjectEvent[]) {
      batches.push(events);
      for (const event of events) apply(mirror, event);
    },
    /** Lets everything happen that needs no time. */
    settle,
    /** Lets time pass, in steps so small that nothing is late by more than 10 ms. */
    async pass(ms: number, step = 10) {
      for (let passed = 0; passed < ms; passed += step) {
        await turn();
        clock.advance(Math.min(step, ms - passed));
      }
      await settle();
    },
    /** Requests so far, short: `list services`. */
    requests: () => api.requests.map(({ operation, plural }) => `${operation} ${plural}`),
  };
}

export const titleOf = (object: RawObject): string => {
  const { namespace = '', name = '' } = Object(object.metadata);
  return `${object.kind} ${namespace}/${name}`;
};

function apply(mirror: Map<string, RawObject>, { type, object }: ObjectEvent): void {
  if (type === 'applied') mirror.set(titleOf(object), object);
  else mirror.delete(titleOf(object));
}

/** The next `count` requests that match fail with this code. */
export function failing(api: FakeApi, matching: string, error: ApiError, count = Number.POSITIVE_INFINITY) {
  let left = count;
  api.faults.push(({ operation, plural }) => {
    if (`${operation} ${plural}` !== matching || left === 0) return undefined;
    left--;
    return error;
  });
}
