// An API server that refuses status writes. Routes are served meanwhile, and in the end every status is right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, wait } from '../../src/testing/deadline.ts';
import { type FaultWorld, startFaultWorld } from './kit/fault-world.ts';
import type { Gap } from './kit/gap.ts';
import type { Fault, Injected } from './kit/proxy-faults.ts';

/** How long writes are refused, in milliseconds. */
const lastingMs = 1_500;
let faults: FaultWorld;
before(async () => {
  faults = await startFaultWorld();
});
after(() => faults?.close());

function whileRefused(answer: Omit<Extract<Fault, { kind: 'answer' }>, 'kind'>) {
  let injected: Injected;
  return {
    begin() {
      const on = { verb: 'patch', plural: 'ingressroutes' } as const;
      injected = faults.proxy.inject({ on, fault: { kind: 'answer', ...answer } });
    },
    async during() {
      await eventually(() => assert.ok(injected.hits() > 0));
      await wait(lastingMs);
    },
    hits: () => injected.hits(),
    end: () => injected.end(),
  };
}

/** IngressRoutes whose status a round changes: edited, created anew, created, and without its Service. */
const changed = 4;

test('409 Conflict', (t) =>
  // A conflict is read and written again at once, a few times: somebody else was quicker.
  faults.survives(t, { ...whileRefused({ status: 409, reason: 'Conflict' }), mostRequests: changed * 50 }));

test('429 TooManyRequests with Retry-After', (t) =>
  faults.survives(t, whileRefused({ status: 429, reason: 'TooManyRequests', retryAfterSeconds: 1 })));

test('500 InternalError', (t) => faults.survives(t, whileRefused({ status: 500, reason: 'InternalError' })));

test('422 Invalid: once for each generation, then not until the next one', (t) => {
  const fault = whileRefused({ status: 422, reason: 'Invalid' });
  return faults.survives(t, {
    ...fault,
    async during() {
      await eventually(() => assert.equal(fault.hits(), changed));
      await wait(lastingMs);
      assert.equal(fault.hits(), changed);
    },
    after: (gap: Gap) => gap.edit(),
  });
});
