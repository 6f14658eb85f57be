// A folder of manifests, `contour serve`, a real Envoy and two echo backends: everything between a user's file and
// the answer to a request, with real parts.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { type Closers, closedOnFailure } from './closers.ts';
import { type Contour, choosePorts, type Ports, startContour } from './contour.ts';
import { type Entrance, openEntrance } from './entrance.ts';
import { documents, service } from './manifests.ts';

export { outcome } from './entrance.ts';

export interface World extends Entrance {
  readonly ports: Ports;
  /** The manifest folder. */
  readonly folder: string;
  /** Backends of the Services `one` and `two`. */
  readonly one: Backend;
  readonly two: Backend;
  /** The one that runs now. */
  contour(): Contour;
  /** Writes a file of the folder as an editor that overwrites it. */
  write(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Starts `contour serve` again, after its end. */
  restartContour(): void;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Files that are there at the start, by name; the Services `one` and `two` are there always. */
  readonly files: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** `expected`: that Envoy refuses what it is sent is part of the test. Default: it fails the test. */
  readonly refusals?: 'expected';
}

/** Starts everything and returns when Envoy serves; what fails to start leaves nothing running. */
export const startWorld = (options: WorldOptions): Promise<World> =>
  closedOnFailure((closers) => build(options, closers));

async function build({ files, flags = [], ...envoy }: WorldOptions, closers: Closers): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'contour-e2e-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const folder = join(directory, 'manifests');
  await mkdir(folder);
  const [one, two, ports] = await Promise.all([startBackend('one'), startBackend('two'), choosePorts()]);
  closers.add(one.close);
  closers.add(two.close);
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  await write('services.yaml', documents(...service('one', one.port), ...service('two', two.port)));
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const start = () => startContour(['--manifests', folder], ports, flags, envoy);
  let contour = start();
  closers.add(() => contour.end('SIGTERM'));
  const entrance = await openEntrance(directory, ports, closers, envoy);
  await entrance
    .envoy()
    .live()
    .catch((cause) => {
      throw new Error(`${String(cause)}\ncontour said:\n${contour.output()}`, { cause });
    });
  return {
    ...{ ...entrance, ports, folder, one, two, write, close: closers.close },
    contour: () => contour,
    remove: (file) => rm(join(folder, file)),
    restartContour() {
      contour = start();
    },
  };
}
