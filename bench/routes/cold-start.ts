// From the start of the control plane with a full cluster to all hosts served and all statuses written.
import { names } from './objects.ts';
import type { ColdStart, Cpu } from './result.ts';
import { now, pause, type Session, until } from './session.ts';
import { cpuSince, type Stage } from './stage.ts';
import { allStatuses } from './statuses.ts';

/** Milliseconds. */
const within = 600_000;

export async function measureColdStart(session: Session, stage: Stage, routes: number): Promise<ColdStart> {
  const { controlPlane, envoy, api, implementation } = stage;
  const statuses = allStatuses(session, api, { implementation, total: routes, within });
  statuses.catch(() => {}); // Awaited below; until then an early failure must not end the process.
  for (const index of [routes - 1, 0]) await served(session, stage, index);
  const servedMs = now() - controlPlane.startedAt;
  session.say(`first and last host served after ${Math.round(servedMs)} ms`);
  const statusesMs = (await statuses) - controlPlane.startedAt;
  session.say(`all ${routes} statuses valid after ${Math.round(statusesMs)} ms`);
  return {
    servedMs,
    statusesMs,
    cpu: stage.cpu(),
    controlPlane: controlPlane.memory(),
    envoy: envoy.memory(),
  };
}

async function served(session: Session, { get }: Stage, index: number): Promise<void> {
  const host = names.host(index);
  await until(session, { what: `${host} to answer 200`, within }, async () => {
    const { status } = await get(host);
    return status === 200 ? undefined : `status ${status}`;
  });
}

const settle = 5000;
const idleTime = 5000;

/** Lets the start's after-work end, then reads what both use with nothing to do: milliseconds of CPU per second. */
export async function measureIdle(session: Session, stage: Stage): Promise<Cpu> {
  await pause(session, settle);
  const [before, start] = [stage.cpu(), now()];
  await pause(session, idleTime);
  const used = cpuSince(before, stage.cpu());
  const seconds = (now() - start) / 1000;
  return { controlPlane: used.controlPlane / seconds, envoy: used.envoy / seconds };
}
