// One control plane with one Envoy over one cluster, and what they have used.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Api } from './api.ts';
import { type Get, plainClient, tlsClient } from './client.ts';
import type { Cluster } from './cluster.ts';
import type { Implementation } from './implementation.ts';
import type { Options } from './options.ts';
import { type Program, startProgram } from './program.ts';
import type { Cpu } from './result.ts';
import { pause, type Session } from './session.ts';

export interface Stage extends AsyncDisposable {
  readonly implementation: Implementation;
  readonly tls: boolean;
  readonly api: Api;
  readonly controlPlane: Program;
  readonly envoy: Program;
  readonly get: Get;
  /** So far, in steps of 10 ms. */
  cpu(): Cpu;
  /** So far, of the threads that run now, without steps. */
  cpuOfThreads(): Cpu;
}

/** Envoy starts this much later, in milliseconds, so that it rarely meets a closed port and backs off. */
const headStart = 300;

/** Starts both and returns without waiting for anything to be served. */
export async function startStage(
  session: Session,
  { api, kubeconfig }: Cluster,
  { implementation, options }: { readonly implementation: Implementation; readonly options: Options },
): Promise<Stage> {
  await using started = new AsyncDisposableStack();
  const bootstrap = join(session.directory, 'envoy.json');
  const [program = '', ...args] = implementation.bootstrap(bootstrap, join(session.directory, 'admin.sock'));
  execFileSync(program, args, { stdio: 'pipe' });
  const controlPlane = started.use(
    startProgram(session, { name: implementation.name, command: implementation.serve(kubeconfig) }),
  );
  await pause(session, headStart);
  const command = [
    options.envoy,
    ...['--config-path', bootstrap],
    ...['--service-cluster', 'contour', '--service-node', 'node0'],
    ...['--concurrency', '1', '--disable-hot-restart', '--log-level', 'warn'],
  ];
  const envoy = started.use(startProgram(session, { name: 'envoy', command, stdout: 'ignore' }));
  const get = started.use(options.tls ? tlsClient() : plainClient());
  const kept = started.move();
  return {
    implementation,
    tls: options.tls,
    api,
    controlPlane,
    envoy,
    get,
    cpu: () => ({ controlPlane: controlPlane.cpu(), envoy: envoy.cpu() }),
    cpuOfThreads: () => ({ controlPlane: controlPlane.cpuOfThreads(), envoy: envoy.cpuOfThreads() }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** CPU time between two readings. */
export function cpuSince(before: Cpu, after: Cpu): Cpu {
  return { controlPlane: after.controlPlane - before.controlPlane, envoy: after.envoy - before.envoy };
}
