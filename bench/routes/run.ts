// All runs of one benchmark, and the files that they leave.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../../src/testing/certificates.ts';
import { ours, peer } from './implementation.ts';
import { measure } from './measure.ts';
import type { Options } from './options.ts';
import { plot } from './plot.ts';
import { markdown } from './report.ts';
import type { Machine, Result, Results } from './result.ts';
import { now } from './session.ts';

/**
 * Runs every size, the peer first, each over a fresh cluster, and returns the table. JSON and plot are written after
 * every run, so that an interruption loses only the run that it meets.
 */
export async function runBenchmark(options: Options, interruption: AbortSignal): Promise<string> {
  const implementations = [
    ...(options.peer === undefined ? [] : [peer(options.peer, options)]),
    ours(options),
  ];
  const keyPair = options.tls ? await selfSigned('*.example.com') : undefined;
  const machine = machineOf(options);
  const results: Result[] = [];
  const began = now();
  for (const routes of options.sizes)
    for (const implementation of implementations) {
      const say = (text: string) => {
        const seconds = Math.round((now() - began) / 1000);
        process.stderr.write(`bench [${seconds} s] ${implementation.name}, ${routes} routes: ${text}\n`);
      };
      results.push(await measure({ implementation, routes, options, keyPair, interruption, say }));
      say(`done (run ${results.length} of ${options.sizes.length * implementations.length})`);
      write(options, { machine, results });
    }
  return markdown({ machine, results });
}

function write({ out, tls }: Options, results: Results): void {
  mkdirSync(out, { recursive: true });
  const file = join(out, tls ? 'routes-tls' : 'routes-plain');
  writeFileSync(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(`${file}.md`, markdown(results));
  writeFileSync(`${file}.svg`, plot(results.results));
}

function machineOf({ envoy }: Options): Machine {
  const version = execFileSync(envoy, ['--version'], { encoding: 'utf8' });
  return {
    date: new Date().toISOString(),
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    envoy: /\/(\d+\.\d+\.\d+[^/]*)\//.exec(version)?.[1] ?? 'unknown',
  };
}
