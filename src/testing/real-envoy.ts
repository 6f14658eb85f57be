// A real Envoy for a test, with what it says about itself.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAdmin } from '../ops/envoy-admin.ts';
import { type LogLine, startChatter } from '../ops/envoy-log.ts';
import { startEnvoyProcess } from '../ops/envoy-process.ts';
import { systemClock } from '../runtime/clock.ts';
import { withDeadline } from './deadline.ts';
import { failFile } from './fail-file.ts';

export interface RealEnvoy {
  /** Everything that it logged, at warning and above. */
  readonly logs: readonly LogLine[];
  /** Resolves when it serves; fails with its log if it ends or takes longer than `within` milliseconds. */
  live(within?: number): Promise<void>;
  /** The body of an admin page; fails unless it is 200. */
  admin(path: string): Promise<string>;
  /** Counters and gauges by name, those that match the regular expression. */
  stats(filter: string): Promise<ReadonlyMap<string, number>>;
  /** Resolves when it has ended; may be called again. The test file fails if it ever refused what it was sent. */
  stop(): Promise<void>;
}

export interface RealEnvoyOptions {
  /** `expected`: that it refuses what it is sent is part of the test. Default: it fails the test. */
  readonly refusals?: 'expected' | undefined;
  /** The binary. */
  readonly path: string;
  /** Makes the bootstrap configuration with the admin interface on this unix socket. */
  readonly bootstrap: (adminSocket: string) => string | Promise<string>;
}

/** Starts it and returns at once. */
export async function startRealEnvoy({ path, bootstrap, refusals }: RealEnvoyOptions): Promise<RealEnvoy> {
  const directory = await mkdtemp(join(tmpdir(), 'real-envoy-'));
  const adminSocket = join(directory, 'admin.sock');
  const file = join(directory, 'bootstrap.json');
  try {
    await writeFile(file, await bootstrap(adminSocket));
  } catch (error) {
    await rm(directory, { recursive: true });
    throw error;
  }
  const logs: LogLine[] = [];
  const envoy = startEnvoyProcess({
    path,
    bootstrap: file,
    adminSocket,
    concurrency: 1,
    stdout: 'ignore',
    graceMs: 2000,
    clock: systemClock,
    onLine: (line) => {
      if (!startChatter(line)) logs.push(line);
    },
  });
  const log = () => logs.map(({ message }) => message).join('\n');
  const over = new AbortController();
  envoy.ended.then((end) => over.abort(new Error(`Envoy ended: ${end}\n${log()}`)));
  const admin = async (page: string) => {
    const { status, body } = await askAdmin(adminSocket, page);
    if (status !== 200) throw new Error(`${page} answered ${status}: ${body}`);
    return body;
  };
  return {
    logs,
    live: (within = 30_000) =>
      withDeadline(envoy.live(over.signal), within, 'Envoy live').catch((cause) => {
        throw new Error(`${String(cause)}\n${log()}`, { cause });
      }),
    admin,
    async stats(filter) {
      const lines = (await admin(`/stats?filter=${encodeURIComponent(filter)}`)).split('\n');
      const pairs = lines.map((line) => /^(.*): (\d+)$/.exec(line));
      return new Map(pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? '', Number(pair[2])]])));
    },
    async stop() {
      await envoy.stop();
      await rm(directory, { recursive: true, force: true });
      if (refusals !== 'expected') for (const message of refusalsIn(logs)) failFile(`Envoy: ${message}`);
    },
  };
}

/** Each once. */
const refusalsIn = (logs: readonly LogLine[]): ReadonlySet<string> =>
  new Set(logs.map(({ message }) => message).filter((message) => / rejected: /.test(message)));
