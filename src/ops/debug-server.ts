// For the people who operate this process: the graph and what it thinks of every object. It trusts whoever can reach
// the socket, so it listens on loopback and answers no web page: a request must name a loopback host (a page that
// rebinds its own name to 127.0.0.1 cannot), and no CORS header is ever sent.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import {
  createHttpServer,
  type HttpAnswer,
  type HttpPage,
  type HttpServer,
  plainAnswer,
} from './http-server.ts';
import type { ListenPort } from './ports.ts';

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

export type DebugServer = HttpServer;

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

/** Adds a list of the pages at `/`. `run` rejects with a StartError if the port cannot be had. */
export function createDebugServer({ listen, pages }: DebugServerOptions): DebugServer {
  const index: DebugPage = {
    about: 'this list',
    contentType: 'text/html; charset=utf-8',
    body: () => indexOf(pages),
  };
  const all = [['/', index] as const, ...pages].map(([path, page]): [string, HttpPage] => [
    path,
    () => ({ status: 200, contentType: page.contentType, body: page.body() }),
  ]);
  return createHttpServer({ name: 'debug server', listen, pages: new Map(all), guard: refuseForeignHost });
}

function indexOf(pages: DebugServerOptions['pages']): string {
  const items = [...pages].map(([path, { about }]) => `<li><a href="${path}">${path}</a>: ${about}</li>`);
  return `<!doctype html><title>contour</title><ul>${items.join('')}</ul>\n`;
}

function refuseForeignHost({ headers, socket }: IncomingMessage): HttpAnswer | undefined {
  if (isOwnHost(headers.host, socket.localAddress)) return undefined;
  return plainAnswer(
    403,
    'the Host header must name localhost, a loopback address or the address of this server',
  );
}

/** Whether a Host header names loopback, or by address the very interface that the request came to. */
export function isOwnHost(header: string | undefined, localAddress: string | undefined): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:]*)(?::\d+)?$/i.exec(header ?? '')?.[1]?.toLowerCase() ?? '';
  const address = name.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) return address === 'localhost' || address.endsWith('.localhost');
  return address === '::1' || /^127\./.test(address) || address === localAddress?.replace(/^::ffff:/, '');
}
