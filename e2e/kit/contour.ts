// `contour` as its users run it: a process of its own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Verdict } from '../../src/dag/model.ts';
import { failFile } from '../../src/testing/fail-file.ts';
import { ask } from '../../src/testing/http-client.ts';
import { freePorts } from '../../src/testing/ports.ts';
import type { RealEnvoyOptions } from '../../src/testing/real-envoy.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'src/main.ts');

/** What Node compiled is kept, by those that end by themselves: most of a start's time is that. */
const env = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/contour'), ...process.env };

export interface Ports {
  readonly http: number;
  readonly https: number;
  readonly stats: number;
  readonly xds: number;
  readonly debug: number;
  /** Health and metrics, in a cluster. */
  readonly health: number;
}

export async function choosePorts(): Promise<Ports> {
  const [http = 0, https = 0, stats = 0, xds = 0, debug = 0, health = 0] = await freePorts(6);
  return { http, https, stats, xds, debug, health };
}

/** Flags that put everything on loopback. */
export const listenFlags = (ports: Ports): string[] => [
  '--envoy-service-http-address=127.0.0.1',
  `--envoy-service-http-port=${ports.http}`,
  '--envoy-service-https-address=127.0.0.1',
  `--envoy-service-https-port=${ports.https}`,
  '--stats-address=127.0.0.1',
  `--stats-port=${ports.stats}`,
  '--xds-address=127.0.0.1',
  `--xds-port=${ports.xds}`,
  `--debug-http-port=${ports.debug}`,
];

/** Health and metrics on loopback, too. */
export const healthFlags = (ports: Ports): string[] => [
  '--http-address=127.0.0.1',
  `--http-port=${ports.health}`,
];

export interface Contour {
  /** Of the process. */
  readonly pid: number;
  /** Standard output and error so far. */
  output(): string;
  /** What it thinks of every object, from its debug server. */
  status(): Promise<readonly Verdict[]>;
  /** Whether it ended, by itself or by `end`. */
  ended(): boolean;
  /**
   * Resolves with its exit code, null if a signal ended it; may be called again. The test file fails if an Envoy ever
   * refused what it was sent, unless that is `expected`.
   */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `contour serve` and returns at once. `source`: the flags that say where its objects are. */
export function startContour(
  source: readonly string[],
  ports: Ports,
  flags: readonly string[] = [],
  { refusals }: Pick<RealEnvoyOptions, 'refusals'> = {},
): Contour {
  const args = [main, 'serve', ...source, ...listenFlags(ports), ...flags];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill); // A test that breaks off leaves none behind.
  child.once('exit', () => process.off('exit', kill));
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    async status() {
      const { body } = await ask({ port: ports.debug, host: 'localhost', path: '/status' });
      return JSON.parse(body.toString());
    },
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      if (refusals !== 'expected')
        for (const [line] of output.matchAll(/^.*Envoy refused.*$/gm)) failFile(line);
      return typeof code === 'number' ? code : null;
    },
  };
}

/** What `contour bootstrap` writes for an Envoy of these ports. */
export async function bootstrapFile(directory: string, ports: Ports, adminSocket: string): Promise<string> {
  const file = join(directory, 'bootstrap.json');
  const flags = [
    '--xds-address=127.0.0.1',
    `--xds-port=${ports.xds}`,
    `--admin-address=${adminSocket}`,
    '--stats-address=127.0.0.1',
    `--stats-port=${ports.stats}`,
  ];
  await promisify(execFile)(process.execPath, [main, 'bootstrap', file, ...flags], { env });
  return await readFile(file, 'utf8');
}
