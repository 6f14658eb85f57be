// Steady traffic while something else happens, and what became of every request.
import { Agent, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { wait } from './deadline.ts';

export interface LoadOptions {
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
  /** Keep-alive connections, each with one request after another. */
  readonly connections: number;
  /** Pause between two requests of a connection, in milliseconds; the machine has other work. Default 1. */
  readonly pauseMs?: number;
  /** A request without a byte for this long counts as `ETIMEDOUT`, in milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
}

export interface Load {
  /** Requests by outcome so far: the status, or the code of the error. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Ends the traffic after the requests in flight and returns the final outcomes. */
  stop(): Promise<ReadonlyMap<string, number>>;
}

export function startLoad({
  address = '127.0.0.1',
  port,
  host,
  path,
  connections,
  pauseMs = 1,
  timeoutMs = 15_000,
}: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const outcomes = new Map<string, number>();
  let going = true;
  const ask = () =>
    new Promise<string>((resolve) => {
      const where = { host: address, port, path, headers: { host } };
      const request = get({ ...where, agent, timeout: timeoutMs }, (response) =>
        resolve(statusAfterBody(response)),
      );
      request.on('timeout', () => request.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
      request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  const worker = async () => {
    while (going) {
      const outcome = await ask();
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      await wait(pauseMs);
    }
  };
  const workers = Promise.all(Array.from({ length: connections }, worker));
  return {
    outcomes,
    async stop() {
      going = false;
      await workers;
      agent.destroy();
      return outcomes;
    },
  };
}

/** A body that is cut off counts as a failure. */
async function statusAfterBody(response: IncomingMessage): Promise<string> {
  try {
    await text(response);
    return String(response.statusCode);
  } catch (error) {
    return `cut off: ${String(error)}`;
  }
}
