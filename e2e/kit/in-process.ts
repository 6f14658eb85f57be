// A control plane inside the test with a real Envoy: for what no file of a user can bring about, and no process of
// ours lets be seen.
import { bootstrapJson, defaultLimits } from '../../src/envoy/bootstrap.ts';
import type { Pipeline } from '../../src/pipeline.ts';
import { freePorts } from '../../src/testing/ports.ts';
import { type RealEnvoy, type RealEnvoyOptions, startRealEnvoy } from '../../src/testing/real-envoy.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
import { envoyPath } from './envoy-path.ts';
import type { Manifest } from './manifests.ts';

export interface InProcess {
  /** Of the control plane that runs now. */
  readonly pipeline: Pipeline;
  /** The control plane that runs now. */
  readonly control: ControlPlane;
  readonly envoy: RealEnvoy;
  /** Ports of the listeners. */
  readonly port: number;
  readonly https: number;
  apply(...manifests: readonly Manifest[]): void;
  /** Another control plane takes the place of the one before, with these objects and no memory. */
  restart(objects: readonly Manifest[]): Promise<ControlPlane>;
  close(): Promise<void>;
}

/** Starts with these objects and returns when Envoy serves. */
export async function startInProcess(
  initial: readonly Manifest[],
  {
    refusals,
    ...mode
  }: Pick<ControlPlaneOptions, 'tlsCertificates'> & Pick<RealEnvoyOptions, 'refusals'> = {},
): Promise<InProcess> {
  const [port = 0, https = 0, stats = 0] = await freePorts(3);
  let runs = 0;
  const start = (objects: readonly Manifest[], xds: number) =>
    startControlPlane({ http: port, https, xds, generation: `run${runs++}`, ...mode }, objects);
  let current = await start(initial, 0);
  const xds = { address: '127.0.0.1', port: current.xds, tls: undefined };
  const envoy = await startRealEnvoy({
    path: envoyPath(),
    refusals,
    bootstrap: (adminSocket) =>
      bootstrapJson({
        nodeId: 'test',
        nodeCluster: 'test',
        xds,
        adminSocket,
        stats: { address: '127.0.0.1', port: stats },
        ...defaultLimits,
      }),
  });
  await envoy.live();
  return {
    ...{ envoy, port, https },
    get pipeline() {
      return current.pipeline;
    },
    get control() {
      return current;
    },
    apply: (...manifests) => current.apply(...manifests),
    async restart(objects) {
      await current.stop();
      current = await start(objects, xds.port);
      return current;
    },
    async close() {
      await envoy.stop();
      await current.stop();
    },
  };
}
