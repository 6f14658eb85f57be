#!/usr/bin/env node
// argv -> a command. The only place that takes signals and ends the process.
import { type CommandIo, exitCodes } from './commands/io.ts';
import { runCommandLine } from './commands/program.ts';
import { wantsColours } from './config/environment.ts';
import { StartError } from './runtime/start-error.ts';

const lifetime = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // The second one means that ending well takes too long.
    if (lifetime.signal.aborted) process.exit(exitCodes.interrupted);
    lifetime.abort(new Error(signal));
  });

// Whoever reads us stopped: `contour translate . | head`.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
  });

const io: CommandIo = {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  colours: wantsColours(process.stdout),
  signal: lifetime.signal,
};

/** What the user can remedy is one line; anything else is our mistake and comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<number> {
  try {
    return await runCommandLine(
      process.argv.slice(2),
      io,
      async () => (await import('./commands/serve.ts')).serve,
    );
  } catch (error) {
    io.stderr(`contour: ${explain(error)}\n`);
    return exitCodes.failed;
  }
}

const code = await main();
// What is still on its way to a pipe goes first.
process.stdout.write('', () => process.exit(code));
