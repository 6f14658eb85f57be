// kuard: a web server that shows what reached it, and ends without losing a request.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Report, toHtml, wantsJson } from './page.ts';

/** What an instance says of itself. */
export interface Identity {
  /** Host name: the pod's, in a cluster. */
  readonly host: string;
  readonly version: string;
}

/** The server and the way to its end. */
export interface Kuard {
  readonly server: Server;
  /**
   * From now on `/ready` answers 503 and every answer ends its connection; everything is answered as before, new
   * connections too, because the news that this pod ends takes time. Resolves when no connection has been open at a
   * look, the first one after `lingerMs`, or after `limitMs`.
   */
  drain(times: DrainTimes): Promise<void>;
}

/** Milliseconds. `wait` is a sleep. */
export interface DrainTimes {
  readonly lingerMs: number;
  readonly limitMs: number;
  wait(ms: number): Promise<void>;
}

const lookMs = 100;
const text = { 'content-type': 'text/plain; charset=utf-8' };

/** `GET /healthy` and `/ready` for probes; every other path shows the request. */
export function createKuard(identity: Identity): Kuard {
  let draining = false;

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (draining) response.setHeader('connection', 'close');
    // Read and dropped: a body that nobody reads would hold the connection.
    request.resume();
    const url = request.url ?? '/';
    const [path] = url.split('?');
    if (path === '/healthy') return response.writeHead(200, text).end('ok\n');
    if (path === '/ready')
      return draining
        ? response.writeHead(503, text).end('draining\n')
        : response.writeHead(200, text).end('ok\n');
    const report = reportOf(identity, request, url);
    response.setHeader('x-kuard-host', identity.host);
    response.setHeader('x-kuard-version', identity.version);
    if (readsJson(request, url))
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`${JSON.stringify(report, null, 2)}\n`);
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(toHtml(report));
  };

  const server = createServer(answer);
  // A server that ends idle connections by itself races with the proxy's next request on them: the proxy's limit rules.
  server.keepAliveTimeout = 0;

  return {
    server,
    async drain({ lingerMs, limitMs, wait }) {
      draining = true;
      await wait(lingerMs);
      for (let passed = lingerMs; passed < limitMs && (await connections(server)) > 0; passed += lookMs)
        await wait(lookMs);
    },
  };
}

function readsJson(request: IncomingMessage, url: string): boolean {
  return URL.canParse(url, 'http://kuard') && wantsJson(request.headers.accept, url);
}

function reportOf({ host, version }: Identity, request: IncomingMessage, url: string): Report {
  const { method = '', httpVersion, socket } = request;
  const headers = Object.entries(request.headers).map(([name, value = '']) => [
    name,
    typeof value === 'string' ? value : value.join(', '),
  ]);
  const from = socket.remoteAddress ?? '';
  return { host, version, request: { method, url, httpVersion, from, headers: Object.fromEntries(headers) } };
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
