// A world whose contour reaches the API server through a proxy with faults, under traffic; and what it means to
// survive one.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../src/runtime/clock.ts';
import { eventually } from '../../../src/testing/deadline.ts';
import { type Load, startLoad } from '../../../src/testing/load.ts';
import { closedOnFailure } from '../../kit/closers.ts';
import { startCluster } from './cluster.ts';
import { allowFresh, assertStored, freshState, stateOf } from './fresh.ts';
import { type Gap, gapNamespace, openGap, stableHost, stableObjects } from './gap.ts';
import { type ApiProxy, startApiProxy } from './proxy.ts';
import { type ClusterWorld, startClusterWorld } from './world.ts';

export interface FaultWorld {
  readonly world: ClusterWorld;
  readonly proxy: ApiProxy;
  /** Lets the fault happen, changes objects meanwhile, and asserts that nothing is left of it afterwards. */
  survives(t: TestContext, fault: LivedFault): Promise<void>;
  close(): Promise<void>;
}

export interface LivedFault {
  /** Requests of one verb and kind; what goes on without a pause makes more in no time. Default 30. */
  readonly mostRequests?: number;
  begin(): unknown;
  /** After the changes. */
  during?(): unknown;
  /** From here on contour has this long to recover. */
  end(): unknown;
  /** When Envoy serves again, before statuses are looked at. */
  after?(gap: Gap): unknown;
}

/** Two seconds are the aim, on a machine that has time; the rest is for one that is busy. */
const recoveryMs = 10_000;

export const startFaultWorld = (): Promise<FaultWorld> =>
  closedOnFailure(async (closers) => {
    const cluster = await startCluster();
    closers.add(cluster.close);
    await allowFresh(cluster);
    const through = join(cluster.directory, 'through-proxy.kubeconfig');
    const proxy = await startApiProxy({ kubeconfig: cluster.kubeconfig('contour'), through });
    closers.add(proxy.close);
    const options = { cluster, kubeconfig: through, tenants: [gapNamespace], objects: stableObjects() };
    const world = await startClusterWorld(options);
    closers.add(world.close);
    await world.answers({ host: stableHost }, 'one');
    const load = startLoad({
      ...{ port: world.ports.http, host: stableHost, path: '/' },
      ...{ connections: 2, pauseMs: 5 },
    });
    closers.add(load.stop);
    let rounds = 0;
    return {
      ...{ world, proxy },
      survives: (t, fault) => survive(t, { world, proxy, load, fault, round: ++rounds }),
      close: closers.close,
    };
  });

interface Round {
  readonly world: ClusterWorld;
  readonly proxy: ApiProxy;
  readonly load: Load;
  readonly fault: LivedFault;
  readonly round: number;
}

async function survive(t: TestContext, { world, proxy, load, fault, round }: Round): Promise<void> {
  const { cluster, ports } = world;
  const gap = openGap(world, round);
  await gap.prepare();
  proxy.takeCounts();
  await fault.begin();
  await gap.change();
  await fault.during?.();
  await fault.end();
  const ended = systemClock.now();
  await gap.served();
  const took = systemClock.now() - ended;
  t.diagnostic(`served ${Math.round(took)} ms after the end of the fault`);
  assert.ok(took < recoveryMs, `served after ${took} ms\n${world.contour().output()}`);
  await fault.after?.(gap);
  const fresh = await freshState(cluster);
  await eventually(async () => assert.deepEqual(await stateOf(ports.debug), fresh));
  await eventually(() => assertStored(cluster, fresh));
  assert.ok(!world.contour().ended(), world.contour().output());
  const counts = [...proxy.takeCounts()];
  t.diagnostic(counts.map(([name, count]) => `${count} ${name}`).join(', '));
  const looping = counts.filter(([, count]) => count > (fault.mostRequests ?? 30));
  assert.deepEqual(looping, []);
  assert.deepEqual([...load.outcomes.keys()], ['200']);
}
