// One lifetime for everything that runs.

/** A part of the process. `run` ends when `signal` aborts or when the part fails; it cleans up before it ends. */
export interface Runnable {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}
