// One run: a fresh cluster, one control plane, one size.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from '../../src/testing/objects.ts';
import { startCluster } from './cluster.ts';
import { measureColdStart, measureIdle } from './cold-start.ts';
import type { Implementation } from './implementation.ts';
import { fill } from './load.ts';
import { backendPort } from './objects.ts';
import { add, changeEndpoint, type Operation, remove } from './operations.ts';
import type { Options } from './options.ts';
import { measurePhase } from './phase.ts';
import { startProgram } from './program.ts';
import type { Phase, Result } from './result.ts';
import { addresses } from './sandbox.ts';
import { now, type Session } from './session.ts';
import { startStage } from './stage.ts';

export interface Run {
  readonly implementation: Implementation;
  readonly routes: number;
  readonly options: Options;
  /** Undefined: without TLS. */
  readonly keyPair: KeyPair | undefined;
  readonly interruption: AbortSignal;
  readonly say: (text: string) => void;
}

/** Everything that it starts is stopped when it resolves or rejects. The logs stay if it rejects. */
export async function measure(run: Run): Promise<Result> {
  const failure = new AbortController();
  const session: Session = {
    signal: AbortSignal.any([run.interruption, failure.signal]),
    directory: mkdtempSync(join(tmpdir(), 'contour-bench-')),
    fail: (reason) => failure.abort(reason),
    say: run.say,
  };
  try {
    const result = await measureIn(session, run);
    rmSync(session.directory, { recursive: true });
    return result;
  } catch (error) {
    if (run.interruption.aborted) {
      rmSync(session.directory, { recursive: true });
      throw run.interruption.reason;
    }
    // What ended is the reason of whatever failed next.
    const reason: unknown = failure.signal.aborted ? failure.signal.reason : error;
    const words = reason instanceof Error ? reason.message : String(reason);
    throw new Error(`${words}\nlogs: ${session.directory}`, { cause: error });
  }
}

async function measureIn(session: Session, run: Run): Promise<Result> {
  const { implementation, routes, options, keyPair } = run;
  const { operations, tls } = options;
  await using cluster = await startCluster(session, options.kubernetes);
  session.say('API server ready');
  const backend = [process.execPath, join(import.meta.dirname, 'backend.ts'), String(backendPort)];
  await using _backend = startProgram(session, {
    name: 'backend',
    command: [...backend, addresses.first, addresses.second],
  });
  const loading = now();
  await fill(session, cluster.api, { implementation, routes, spare: operations, keyPair });
  const loadMs = now() - loading;
  await using stage = await startStage(session, cluster, { implementation, options });
  const coldStart = await measureColdStart(session, stage, routes);
  const idle = await measureIdle(session, stage);
  const phase = (name: string, operation: Operation): Promise<Phase> =>
    measurePhase(session, stage, { name, operation, first: routes, operations });
  const phases = {
    add: await phase('routes added', add),
    endpointChange: await phase('endpoints changed', changeEndpoint),
    delete: await phase('routes deleted', remove),
  };
  const end = { controlPlane: stage.controlPlane.memory(), envoy: stage.envoy.memory() };
  return {
    implementation: implementation.name,
    routes,
    tls,
    operations,
    loadMs,
    coldStart,
    idle,
    ...phases,
    end,
  };
}
