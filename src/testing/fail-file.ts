// For what is found out while a test file closes what it has started: an error there would leave the rest open.

/** The test file fails, with this message, and goes on. */
export function failFile(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
