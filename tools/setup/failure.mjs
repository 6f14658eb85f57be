// What set-up cannot repair by itself.

/** A missing prerequisite or a failed step: one line that names the remedy. Shown without a stack. */
export class SetupFailure extends Error {}

/** Runs a command's main function; a failure is one line on stderr and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    process.stderr.write(error instanceof SetupFailure ? `set-up: ${error.message}\n` : `${error.stack}\n`);
    process.exitCode = 1;
  }
}
