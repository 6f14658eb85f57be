// What users reach: a real Envoy on ports of its own, asked as a client would, and replaced by another one.
import assert from 'node:assert/strict';
import { type Deadline, eventually } from '../../src/testing/deadline.ts';
import { type Answer, type Ask, ask, echoOf } from '../../src/testing/http-client.ts';
import { type RealEnvoy, type RealEnvoyOptions, startRealEnvoy } from '../../src/testing/real-envoy.ts';
import type { Closers } from './closers.ts';
import { bootstrapFile, type Ports } from './contour.ts';
import { envoyPath } from './envoy-path.ts';

export interface Entrance {
  /** The one that runs now. */
  envoy(): RealEnvoy;
  /** A request to the HTTP listener, or with `tls` to the HTTPS listener. */
  ask(request: WorldAsk): Promise<Answer>;
  /** Waits until the request is answered by this backend, or with this status. */
  answers(request: WorldAsk, expected: string | number, deadline?: Deadline): Promise<void>;
  /** Another Envoy of the same configuration, on the same ports. */
  anotherEnvoy(): Promise<RealEnvoy>;
  /** Stops the Envoy and goes on with this one. */
  replaceEnvoy(next: RealEnvoy): Promise<void>;
}

export type WorldAsk = Omit<Ask, 'port'>;

/** Starts the first Envoy and returns at once. Its bootstrap configuration is kept in the directory. */
export async function openEntrance(
  directory: string,
  ports: Ports,
  closers: Closers,
  { refusals }: Pick<RealEnvoyOptions, 'refusals'> = {},
): Promise<Entrance> {
  const anotherEnvoy = async () => {
    const bootstrap = (socket: string) => bootstrapFile(directory, ports, socket);
    const started = await startRealEnvoy({ path: envoyPath(), bootstrap, refusals });
    closers.add(started.stop);
    return started;
  };
  const askEnvoy = (request: WorldAsk) =>
    ask({ ...request, port: request.tls === undefined ? ports.http : ports.https });
  let envoy = await anotherEnvoy();
  return {
    envoy: () => envoy,
    ask: askEnvoy,
    answers: (request, expected, deadline) =>
      eventually(async () => assert.equal(outcome(await askEnvoy(request)), expected), deadline),
    anotherEnvoy,
    async replaceEnvoy(next) {
      const old = envoy;
      envoy = next;
      await old.stop();
    },
  };
}

/** The backend's name, or the status of an answer that no backend gave. */
export const outcome = (answer: Answer): string | number =>
  answer.status === 200 ? echoOf(answer).backend : answer.status;
