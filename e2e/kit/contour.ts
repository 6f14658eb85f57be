// `contour` as its users run it: a process of its own.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Verdict } from '../../src/dag/model.ts';
import { ask } from '../../src/testing/http-client.ts';
import { freePorts } from '../../src/testing/ports.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export interface Ports {
  readonly http: number;
  readonly https: number;
  readonly stats: number;
  readonly xds: number;
  readonly debug: number;
}

export async function choosePorts(): Promise<Ports> {
  const [http = 0, https = 0, stats = 0, xds = 0, debug = 0] = await freePorts(5);
  return { http, https, stats, xds, debug };
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

export interface Contour {
  /** Standard output and error so far. */
  output(): string;
  /** What it thinks of every object, from its debug server. */
  status(): Promise<readonly Verdict[]>;
  /** Resolves with its exit code, null if the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `contour serve` on a folder and returns at once. */
export function startContour(directory: string, ports: Ports, flags: readonly string[] = []): Contour {
  const args = [main, 'serve', '--manifests', directory, ...listenFlags(ports), ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit');
  return {
    output: () => output,
    async status() {
      const { body } = await ask({ port: ports.debug, host: 'localhost', path: '/status' });
      return JSON.parse(body.toString());
    },
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
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
  await promisify(execFile)(process.execPath, [main, 'bootstrap', file, ...flags]);
  return await readFile(file, 'utf8');
}
