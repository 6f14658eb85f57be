// A Kubernetes cluster for the scenarios, wherever it comes from.

/** A cluster that is ready for pods. */
export interface Cluster {
  readonly provider: string;
  /** Path of a kubeconfig with every permission. */
  readonly kubeconfig: string;
  /** Where the test reaches the host ports of the only node. */
  readonly nodeAddress: string;
  /** Puts the images of archives (`docker save`) on the node. */
  loadImages(archives: readonly string[]): Promise<void>;
  /** Takes everything down; nothing is left. May be called again, and after a start that failed half way. */
  stop(): Promise<void>;
}

/** Says what goes on, a line at a time. */
export type Say = (text: string) => void;

export interface StartOptions {
  readonly say: Say;
  /** Ends a start that is still under way. */
  readonly signal?: AbortSignal | undefined;
}

/** Resolves when the node is ready. Whatever was started is taken down before it rejects. */
export type Provider = (options: StartOptions) => Promise<Cluster>;
