// A stage whose answers a test writes down.
import type { Api } from '../api.ts';
import { ours } from '../implementation.ts';
import type { Program } from '../program.ts';
import type { Stage } from '../stage.ts';

export interface Script {
  readonly tls?: boolean;
  /** Answers of Envoy, in order; the last one stays. */
  readonly served: readonly { readonly status: number; readonly body?: string }[];
  /** Values of `status.currentStatus`, in order; the last one stays. */
  readonly statuses?: readonly (string | undefined)[];
}

const program: Program = {
  pid: 0,
  startedAt: 0,
  cpu: () => 0,
  cpuOfThreads: () => 0,
  memory: () => ({ now: 0, peak: 0 }),
  [Symbol.asyncDispose]: async () => {},
};

/** `sent` gets the method and path of every write. */
export function scriptedStage(
  { tls = false, served, statuses = ['valid'] }: Script,
  sent: string[] = [],
): Stage {
  const nextServed = inOrder(served);
  const nextStatus = inOrder(statuses);
  const api: Api = {
    ask: async () => ({ status: 200, text: '' }),
    async send(method, path) {
      if (method !== 'GET') sent.push(`${method} ${path}`);
      return JSON.stringify({ metadata: { name: 'r' }, status: { currentStatus: nextStatus() } });
    },
    async *lines() {},
    [Symbol.asyncDispose]: async () => {},
  };
  return {
    implementation: ours({ tls, profile: undefined }),
    tls,
    api,
    controlPlane: program,
    envoy: program,
    async get() {
      const answer = nextServed();
      return { status: answer?.status ?? 0, body: answer?.body ?? '' };
    },
    cpu: () => ({ controlPlane: 0, envoy: 0 }),
    cpuOfThreads: () => ({ controlPlane: 0, envoy: 0 }),
    [Symbol.asyncDispose]: async () => {},
  };
}

function inOrder<T>(values: readonly T[]): () => T | undefined {
  let index = 0;
  return () => values[Math.min(index++, values.length - 1)];
}
