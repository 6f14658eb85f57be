// Watches that break, stall, or end in the middle of an event, while objects are created, edited and deleted. After
// each: the state of a fresh list, served; no crash, no request without pause, and no request of a user that failed.
import { after, before, test } from 'node:test';
import { wait } from '../../src/testing/deadline.ts';
import { type FaultWorld, startFaultWorld } from './kit/fault-world.ts';
import type { Fault, Injected } from './kit/proxy-faults.ts';

/** How long a fault that comes again with every try goes on, in milliseconds. */
const lastingMs = 1_500;
let faults: FaultWorld;
before(async () => {
  faults = await startFaultWorld();
});
after(() => faults?.close());

/** Of every watch, open or new. */
function whileInjected(fault: Fault) {
  let injected: Injected;
  return {
    begin() {
      injected = faults.proxy.inject({ on: { verb: 'watch' }, fault });
    },
    during: () => wait(lastingMs),
    end: () => injected.end(),
  };
}

test('watches are cut before and after every change', (t) =>
  faults.survives(t, {
    begin: () => faults.proxy.cut(),
    during: () => faults.proxy.cut(),
    end: () => faults.proxy.cut(),
  }));

test('no connection is accepted', (t) =>
  faults.survives(t, {
    begin: () => faults.proxy.refuse(),
    during: () => wait(lastingMs),
    end: () => faults.proxy.accept(),
  }));

test('events are late', (t) => faults.survives(t, whileInjected({ kind: 'hold' })));

test('streams end in the middle of an event', (t) =>
  faults.survives(t, whileInjected({ kind: 'half-line', next: 'end' })));

test('connections break in the middle of an event', (t) =>
  faults.survives(t, whileInjected({ kind: 'half-line', next: 'cut' })));

test('half of an event is lost and the stream goes on', (t) =>
  faults.survives(t, whileInjected({ kind: 'half-line', next: 'go on' })));

test('ERROR events say that the version is too old', (t) =>
  faults.survives(t, whileInjected({ kind: 'error-event', code: 410, reason: 'Expired' })));
