// A folder of manifests, `contour serve`, a real Envoy and two echo backends: everything between a user's file and
// the answer to a request, with real parts.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { type Deadline, eventually } from '../../src/testing/deadline.ts';
import { type Answer, type Ask, ask, echoOf } from '../../src/testing/http-client.ts';
import { type RealEnvoy, startRealEnvoy } from '../../src/testing/real-envoy.ts';
import { bootstrapFile, type Contour, choosePorts, type Ports, startContour } from './contour.ts';
import { envoyPath } from './envoy-path.ts';
import { documents, service } from './manifests.ts';

export interface World {
  readonly ports: Ports;
  /** The manifest folder. */
  readonly folder: string;
  /** Backends of the Services `one` and `two`. */
  readonly one: Backend;
  readonly two: Backend;
  /** The one that runs now. */
  contour(): Contour;
  envoy(): RealEnvoy;
  /** Writes a file of the folder as an editor that overwrites it. */
  write(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** A request to the HTTP listener, or with `tls` to the HTTPS listener. */
  ask(request: WorldAsk): Promise<Answer>;
  /** Waits until the request is answered by this backend, or with this status. */
  answers(request: WorldAsk, expected: string | number, deadline?: Deadline): Promise<void>;
  /** Another Envoy of the same configuration, on the same ports. */
  anotherEnvoy(): Promise<RealEnvoy>;
  /** Stops the Envoy and goes on with this one. */
  replaceEnvoy(next: RealEnvoy): Promise<void>;
  /** Starts `contour serve` again, after its end. */
  restartContour(): void;
  close(): Promise<void>;
}

export type WorldAsk = Omit<Ask, 'port'>;

export interface WorldOptions {
  /** Files that are there at the start, by name; the Services `one` and `two` are there always. */
  readonly files: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

/** Starts everything and returns when Envoy serves; what fails to start leaves nothing running. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await build(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  { files, flags = [] }: WorldOptions,
  closers: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'contour-e2e-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const folder = join(directory, 'manifests');
  await mkdir(folder);
  const [one, two, ports] = await Promise.all([startBackend('one'), startBackend('two'), choosePorts()]);
  closers.push(one.close, two.close);
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  await write('services.yaml', documents(...service('one', one.port), ...service('two', two.port)));
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const anotherEnvoy = async () => {
    const bootstrap = (socket: string) => bootstrapFile(directory, ports, socket);
    const started = await startRealEnvoy({ path: envoyPath(), bootstrap });
    closers.push(started.stop);
    return started;
  };
  const askWorld = (request: WorldAsk) =>
    ask({ ...request, port: request.tls === undefined ? ports.http : ports.https });
  let contour = startContour(folder, ports, flags);
  closers.push(() => contour.end('SIGTERM'));
  let envoy = await anotherEnvoy();
  await envoy.live().catch((cause) => {
    throw new Error(`${String(cause)}\ncontour said:\n${contour.output()}`, { cause });
  });
  return {
    ...{ ports, folder, one, two, write, anotherEnvoy, close },
    ask: askWorld,
    contour: () => contour,
    envoy: () => envoy,
    remove: (file) => rm(join(folder, file)),
    answers: (request, expected, deadline) =>
      eventually(async () => assert.equal(outcome(await askWorld(request)), expected), deadline),
    restartContour() {
      contour = startContour(folder, ports, flags);
    },
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
