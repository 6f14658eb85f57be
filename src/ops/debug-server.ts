// A read-only HTTP server for the people who operate this process: the graph and what it thinks of every object.
// It trusts whoever can reach the socket, so it listens on loopback and answers no web page: a request must name
// a loopback host (a page that rebinds its own name to 127.0.0.1 cannot), and no CORS header is ever sent.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import type { Runnable } from '../runtime/runnable.ts';
import { StartError } from '../runtime/start-error.ts';
import { errorCode, explainListenError, type ListenPort } from './ports.ts';

/** What a path answers. */
export interface DebugPage {
  /** One line for the list at `/`. */
  readonly about: string;
  readonly contentType: string;
  /** The body, made anew for every request. */
  readonly body: () => string;
}

export interface DebugServerOptions {
  /** Where to listen; port 0 takes a free one. */
  readonly listen: ListenPort;
  /** By exact path, such as `/debug/dag`. */
  readonly pages: ReadonlyMap<string, DebugPage>;
}

export interface DebugServer extends Runnable {
  /** Resolves with the port once `run` listens; rejects with the error that `run` rejects with. */
  readonly listening: Promise<number>;
}

/** The pages of this process: the graph as DOT and the verdicts as JSON. */
export function debugPages(dag: () => string, status: () => unknown): ReadonlyMap<string, DebugPage> {
  return new Map([
    [
      '/debug/dag',
      {
        about: 'the graph of listeners, virtual hosts, routes and services, in DOT (dot -Tsvg)',
        contentType: 'text/vnd.graphviz; charset=utf-8',
        body: dag,
      },
    ],
    [
      '/status',
      {
        about: 'the status of every object, in JSON',
        contentType: 'application/json',
        body: () => `${JSON.stringify(status(), null, 2)}\n`,
      },
    ],
  ]);
}

/** `run` rejects with a StartError if the port cannot be had. */
export function createDebugServer({ listen, pages }: DebugServerOptions): DebugServer {
  const listening = Promise.withResolvers<number>();
  listening.promise.catch(() => {}); // `run` rejects too; who only runs must not crash on this one.
  return {
    name: 'debug server',
    listening: listening.promise,
    async run(signal) {
      if (signal.aborted) return listening.reject(signal.reason);
      const server = createServer({ requestTimeout: 10_000 }, (request, response) =>
        send(answer(pages, request), request, response),
      );
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

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const plain = (status: number, line: string): Answer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body: `${line}\n`,
});

function answer(pages: DebugServerOptions['pages'], request: IncomingMessage): Answer {
  if (!isOwnHost(request.headers.host, request.socket.localAddress)) {
    return plain(
      403,
      'the Host header must name localhost, a loopback address or the address of this server',
    );
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET and HEAD');
  const path = (request.url ?? '/').replace(/\?.*$/s, '');
  if (path === '/') return { status: 200, contentType: 'text/html; charset=utf-8', body: index(pages) };
  const page = pages.get(path);
  if (page === undefined) return plain(404, 'there is no such page; / lists them');
  try {
    return { status: 200, contentType: page.contentType, body: page.body() };
  } catch (error) {
    return plain(500, `this page cannot be made: ${String(error)}`); // A mistake of ours must not end what serves.
  }
}

function send(
  { status, contentType, body }: Answer,
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

function index(pages: DebugServerOptions['pages']): string {
  const items = [...pages].map(([path, { about }]) => `<li><a href="${path}">${path}</a>: ${about}</li>`);
  return `<!doctype html><title>contour</title><ul>${items.join('')}</ul>\n`;
}

/** Whether a Host header names loopback, or by address the very interface that the request came to. */
export function isOwnHost(header: string | undefined, localAddress: string | undefined): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:]*)(?::\d+)?$/i.exec(header ?? '')?.[1]?.toLowerCase() ?? '';
  const address = name.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) return address === 'localhost' || address.endsWith('.localhost');
  return address === '::1' || /^127\./.test(address) || address === localAddress?.replace(/^::ffff:/, '');
}
