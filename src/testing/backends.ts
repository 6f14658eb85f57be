// Servers behind Envoy that tell what reached them.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { wait } from './deadline.ts';
import { listen } from './ports.ts';

/** What an echo backend answers, as JSON. */
export interface Echo {
  readonly backend: string;
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface Backend {
  readonly name: string;
  readonly port: number;
  /** How it answers from now on: after `delayMs`, with `status` instead of 200. */
  behave(behaviour: Behaviour): void;
  close(): Promise<void>;
}

export interface Behaviour {
  readonly delayMs?: number;
  readonly status?: number;
}

/** An HTTP/1.1 backend on a free port, of loopback unless said otherwise. Answers are long enough for a compressor to touch them. */
export async function startBackend(name: string, address = '127.0.0.1'): Promise<Backend> {
  let behaviour: Behaviour = {};
  const server = createServer(async (request, response) => {
    request.resume();
    if (behaviour.delayMs !== undefined) await wait(behaviour.delayMs);
    answer(name, behaviour.status ?? 200, request, response);
  });
  server.keepAliveTimeout = 0; // Envoy closes; a server that closes first makes races that tests would see as 503.
  const port = await listen(server, 0, address);
  return {
    name,
    port,
    behave(next) {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(name: string, status: number, request: IncomingMessage, response: ServerResponse): void {
  const echo: Echo = {
    backend: name,
    method: request.method ?? '',
    path: request.url ?? '',
    host: request.headers.host,
    headers: request.headers,
  };
  const body = JSON.stringify(echo);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
