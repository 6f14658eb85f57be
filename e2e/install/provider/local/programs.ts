// The programs of the node, each with a log of its own.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGuarded } from '../../../cluster/kit/process.ts';
import type { Machine } from './namespaces.ts';

export interface Programs {
  /** Runs until the machine ends. */
  start(name: string, command: readonly string[]): Promise<Running>;
}

export interface Running {
  /** Throws, with the end of its log, if it has ended. */
  check(): Promise<void>;
}

const told = 4_000;

export async function programsOn(machine: Machine, logs: string): Promise<Programs> {
  await mkdir(logs, { recursive: true });
  return {
    async start(name, command) {
      const log = join(logs, `${name}.log`);
      const logged = ['sh', '-c', 'log="$1"; shift; exec "$@" >"$log" 2>&1', 'sh', log, ...command];
      const program = startGuarded(machine.inside(logged));
      return {
        async check() {
          if (!program.ended()) return;
          const text = await readFile(log, 'utf8').catch(() => '');
          assert.fail(`${name} ended: ${program.output()}${text.slice(-told)}`);
        },
      };
    },
  };
}
