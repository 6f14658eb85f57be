// A program that runs beside a test and never outlives it: a shell between the two waits on a pipe whose other end
// only the test holds, so whatever ends the test ends the program.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Guarded {
  /** The last 64 KiB of what it said on standard output and error. */
  output(): string;
  /** Whether it has ended. */
  ended(): boolean;
  /** Ends it at once, without a chance to clean up, and resolves when it is gone; may be called again. */
  kill(): Promise<void>;
}

const guard = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ read -r _; kill -KILL "$program"; } <&3 >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$program"
status=$?
kill -KILL "$watcher" 2>/dev/null
exit "$status"
`;
const kept = 64 * 1024;

/** In a process group of its own, so that a Ctrl-C reaches the test alone. */
export function startGuarded(command: readonly string[]): Guarded {
  const child = spawn('/bin/sh', ['-c', guard, 'guard', ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const closed = once(child, 'close');
  closed.catch(() => {}); // A spawn that failed: `ended` tells.
  child.stdin.on('error', () => {}); // The same.
  return {
    output: collect(child),
    ended: () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined,
    async kill() {
      child.stdin.end();
      await closed.catch(() => {});
    },
  };
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let output = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-kept);
    });
  }
  return () => output;
}
