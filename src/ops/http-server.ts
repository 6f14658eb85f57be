// A small read-only HTTP server: pages by exact path, made anew for every request. What the servers of this process
// share: the listening, the headers, the bounds, the end.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../runtime/errors.ts';
import type { Runnable } from '../runtime/runnable.ts';
import { StartError } from '../runtime/start-error.ts';
import { errorCode, explainListenError, type ListenPort } from './ports.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What a path answers. One that throws or rejects is answered with 500 and ends nothing. */
export type HttpPage = () => HttpAnswer | Promise<HttpAnswer>;

export interface HttpServerOptions {
  /** As in logs: `debug server`. */
  readonly name: string;
  /** Where to listen; port 0 takes a free one. */
  readonly listen: ListenPort;
  /** By exact path, such as `/debug/dag`. */
  readonly pages: ReadonlyMap<string, HttpPage>;
  /** The refusal of a request, decided before anything else; undefined: it may go on. Default: all may. */
  readonly guard?: (request: IncomingMessage) => HttpAnswer | undefined;
  /** Most open connections; one more takes the place of the oldest, so that nobody can keep others out. Default 256. */
  readonly connections?: number;
}

export interface HttpServer extends Runnable {
  /** Resolves with the port once `run` listens; rejects with the error that `run` rejects with. */
  readonly listening: Promise<number>;
}

/** An answer of one line of text. */
export const plainAnswer = (status: number, line: string): HttpAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${line}\n`,
});

/** `run` rejects with a StartError if the port cannot be had. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { name, listen } = options;
  const listening = Promise.withResolvers<number>();
  listening.promise.catch(() => {}); // `run` rejects too; who only runs must not crash on this one.
  return {
    name,
    listening: listening.promise,
    async run(signal) {
      if (signal.aborted) return listening.reject(signal.reason);
      const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
        void answer(options, request).then((ready) => send(ready, request, response));
      });
      boundConnections(server, options.connections ?? 256);
      try {
        server.listen(listen.port, listen.address);
        await once(server, 'listening');
      } catch (error) {
        const failure = new StartError(explainListenError(listen, errorCode(error)));
        listening.reject(failure);
        throw failure;
      }
      const address = server.address();
      listening.resolve(address === null || typeof address === 'string' ? listen.port : address.port);
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      signal.addEventListener('abort', close, { once: true });
      if (signal.aborted) close();
      await once(server, 'close');
    },
  };
}

/** A Set keeps the order in which connections came. */
function boundConnections(server: Server, most: number): void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const [oldest] = open;
    if (open.size > most) oldest?.destroy();
  });
}

/** Never rejects: a mistake of ours must not end what serves. */
async function answer(options: HttpServerOptions, request: IncomingMessage): Promise<HttpAnswer> {
  try {
    return options.guard?.(request) ?? (await pageOf(options.pages, request));
  } catch (error) {
    return plainAnswer(500, `this page cannot be made: ${messageOf(error)}`);
  }
}

function pageOf(pages: HttpServerOptions['pages'], { method, url = '/' }: IncomingMessage) {
  if (method !== 'GET' && method !== 'HEAD') return plainAnswer(405, 'only GET and HEAD');
  const page = pages.get(url.replace(/\?.*$/s, ''));
  return page?.() ?? plainAnswer(404, `there is no such page; these are: ${[...pages.keys()].join(' ')}`);
}

function send(
  { status, contentType, body }: HttpAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(status, {
    ...(status === 405 && { allow: 'GET, HEAD' }),
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
