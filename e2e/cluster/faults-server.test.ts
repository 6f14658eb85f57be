// An API server that refuses, forgets, or is gone, while objects are created, edited and deleted. After each: the state
// of a fresh list, served; no crash, no request without pause, and no request of a user that failed.
import { after, before, test } from 'node:test';
import { wait } from '../../src/testing/deadline.ts';
import { type FaultWorld, startFaultWorld } from './kit/fault-world.ts';
import type { Injected, Injection } from './kit/proxy-faults.ts';

/** How long a fault that comes again with every try goes on, in milliseconds. */
const lastingMs = 1_500;
let faults: FaultWorld;
before(async () => {
  faults = await startFaultWorld();
});
after(() => faults?.close());

/** All at once, with all watches cut, so that there are requests to refuse. */
function whileInjected(...injections: readonly Injection[]) {
  let injected: readonly Injected[] = [];
  return {
    begin() {
      injected = injections.map(faults.proxy.inject);
      faults.proxy.cut();
    },
    during: () => wait(lastingMs),
    end() {
      for (const each of injected) each.end();
    },
  };
}

const expired = { kind: 'answer', status: 410, reason: 'Expired' } as const;
const internal = { kind: 'answer', status: 500, reason: 'InternalError' } as const;
const tooMany = { kind: 'answer', status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 } as const;

test('no watch begins: its version is too old (410)', (t) =>
  faults.survives(t, whileInjected({ on: { verb: 'watch' }, fault: expired })));

test('the server fails (500)', (t) =>
  faults.survives(
    t,
    whileInjected({ on: { verb: 'watch' }, fault: internal }, { on: { verb: 'list' }, fault: internal }),
  ));

test('the server asks for patience (429 with Retry-After)', (t) =>
  faults.survives(
    t,
    whileInjected({ on: { verb: 'watch' }, fault: tooMany }, { on: { verb: 'list' }, fault: tooMany }),
  ));

test('lists expire at their second page (410)', (t) => {
  const fault = whileInjected(
    { on: { verb: 'watch' }, fault: expired },
    { on: { verb: 'list', continued: true }, fault: expired },
  );
  let pages: Injected;
  return faults.survives(t, {
    ...fault,
    begin() {
      pages = faults.proxy.inject({ on: { verb: 'list' }, fault: { kind: 'page', limit: 2 } });
      fault.begin();
    },
    after: () => pages.end(),
  });
});

test('etcd is compacted while no connection is accepted', (t) =>
  faults.survives(t, {
    begin: () => faults.proxy.refuse(),
    during: () => faults.world.cluster.compact(),
    end: () => faults.proxy.accept(),
  }));

test('the server is killed, forgets what was, and starts after three seconds', (t) => {
  const { compact, apiServer } = faults.world.cluster;
  let unseen: Injected;
  return faults.survives(t, {
    begin() {
      unseen = faults.proxy.inject({ on: { verb: 'watch' }, fault: { kind: 'hold' } });
    },
    async during() {
      await apiServer.stop();
      unseen.end();
      await compact();
      await wait(3_000);
    },
    end: () => apiServer.start(),
  });
});
