// What a command may touch of the process that runs it.

export interface CommandIo {
  /** Writes as it is; no line end is added. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Called at most once, by a command that reads it. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** True if a person reads stdout and wants colours. */
  readonly colours: boolean;
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
}

/** What the shell sees. */
export const exitCodes = {
  done: 0,
  /** The work failed, or objects are not as they should be. */
  failed: 1,
  /** The command line, the config file, a manifest or the cluster of `validate` cannot be read. */
  mistake: 2,
  /** Ended by force at the second signal. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
