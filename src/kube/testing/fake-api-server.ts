// A small API server over real HTTP: lists with pages, watches, get, create and status patches, and faults on demand.
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { RawObject } from '../../store/events.ts';
import type { ObjectName } from '../api.ts';
import { collectionPath, type Resource } from '../resources.ts';
import { type Fault, play, sendJson, statusObject } from './fake-api-server-faults.ts';
import {
  createFakeObjects,
  type FakeObjects,
  mergePatch,
  metadataOf,
  type StoredEvent,
} from './fake-api-server-objects.ts';

export interface FakeApiServerOptions {
  /** PEM; without it, plain HTTP. `clientCa`: client certificates are asked for, and must be of this authority. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The client's port: requests with the same one share a connection. */
  readonly port: number | undefined;
  /** Common name of the client's certificate. */
  readonly client: string | undefined;
}

export interface FakeApiServer {
  /** On 127.0.0.1. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  put(resource: Resource, object: RawObject): RawObject;
  remove(resource: Resource, name: ObjectName): void;
  /** The next request of this method whose path contains `path` gets the fault; one fault for one request. */
  next(method: string, path: string, fault: Fault): void;
  /** Sends a bookmark to every watch. */
  bookmark(): void;
  watches(): number;
  /** `close`: as the server does when its time is up. */
  endWatches(how: 'close' | 'cut'): void;
  /** Watches and continue tokens of before get 410. */
  compact(): void;
  close(): Promise<void>;
}

interface Target {
  readonly collection: string;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly status: boolean;
}

const target =
  /^(?<root>\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+))?(?<status>\/status)?$/;

function targetOf(path: string): Target | undefined {
  const { root, namespace = '', plural, name, status } = target.exec(path)?.groups ?? {};
  if (root === undefined) return undefined;
  const decoded = name === undefined ? undefined : decodeURIComponent(name);
  return { collection: `${root}/${plural}`, namespace, name: decoded, status: status !== undefined };
}

export async function startFakeApiServer({ tls }: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const objects = createFakeObjects();
  const requests: SeenRequest[] = [];
  const faults: { readonly method: string; readonly path: string; readonly fault: Fault }[] = [];
  const watches = new Set<ServerResponse>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await see(request);
    requests.push(seen);
    const index = faults.findIndex(({ method, path }) => method === seen.method && seen.path.includes(path));
    const [planned] = index === -1 ? [] : faults.splice(index, 1);
    const where = targetOf(seen.path);
    if (planned !== undefined) await play(planned.fault, response);
    else if (where === undefined) sendJson(response, 404, statusObject(404, 'NotFound', 'no such path'));
    else if (seen.query.has('watch')) watch(objects, { where, seen, response, watches });
    else if (where.name !== undefined) answerObject(objects, { ...where, name: where.name, seen, response });
    else if (seen.method === 'GET') answerList(objects, { where, seen, response });
    else sendJson(response, 201, objects.put(where.collection, JSON.parse(seen.body)));
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => void handle(request, response);
  const server =
    tls === undefined
      ? createHttp(listener)
      : createHttps(
          { key: tls.key, cert: tls.cert, ...(tls.clientCa && { ca: tls.clientCa, requestCert: true }) },
          listener,
        );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    put: (resource, object) => objects.put(collectionPath(resource), object),
    remove: (resource, { namespace, name }) => objects.remove(collectionPath(resource), namespace, name),
    next: (method, path, fault) => faults.push({ method, path, fault }),
    bookmark() {
      for (const response of watches) writeEvent(response, 'BOOKMARK', bookmarkAt(objects.version()));
    },
    watches: () => watches.size,
    endWatches(how) {
      for (const response of watches) {
        if (how === 'close') response.end();
        else response.destroy();
      }
    },
    compact: () => objects.compact(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Exchange {
  readonly where: Target;
  readonly seen: SeenRequest;
  readonly response: ServerResponse;
}

function answerObject(
  objects: FakeObjects,
  { seen, response, ...where }: Target & Omit<Exchange, 'where'> & { readonly name: string },
): void {
  const { collection, namespace, name } = where;
  const fail = (code: number, reason: string) =>
    sendJson(response, code, statusObject(code, reason, `${collection} ${name}`));
  const object = objects.get(collection, namespace, name);
  if (object === undefined) fail(404, 'NotFound');
  else if (seen.method === 'GET') sendJson(response, 200, object);
  else if (seen.method === 'PUT' && !where.status) {
    const put = JSON.parse(seen.body);
    const isCurrent = put.metadata?.resourceVersion === metadataOf(object).resourceVersion;
    if (isCurrent) sendJson(response, 200, objects.put(collection, put));
    else fail(409, 'Conflict');
  } else if (seen.method !== 'PATCH' || !where.status) fail(405, 'MethodNotAllowed');
  else if (seen.headers['content-type'] !== 'application/merge-patch+json') fail(415, 'UnsupportedMediaType');
  else {
    const patch = JSON.parse(seen.body);
    const asked = patch.metadata?.resourceVersion;
    if (asked !== undefined && asked !== metadataOf(object).resourceVersion) fail(409, 'Conflict');
    else {
      const status = mergePatch(object.status ?? {}, patch.status);
      sendJson(response, 200, objects.put(collection, { ...object, status }));
    }
  }
}

function answerList(objects: FakeObjects, { where, seen, response }: Exchange): void {
  const token = seen.query.get('continue') ?? undefined;
  if (token !== undefined && objects.isTooOld(Number(token.split(':')[0]))) {
    sendJson(response, 410, statusObject(410, 'Expired', 'The provided continue parameter is too old'));
    return;
  }
  const limit = Number(seen.query.get('limit') ?? 0);
  const { items, version, next } = objects.page(where.collection, where.namespace, limit, token);
  // Items of built-in kinds have no apiVersion and kind in lists.
  const bare = items.map(({ apiVersion: _, kind: __, ...rest }) => rest);
  const metadata = { resourceVersion: String(version), ...(next !== undefined && { continue: next }) };
  sendJson(response, 200, { kind: 'List', apiVersion: 'v1', metadata, items: bare });
}

function watch(objects: FakeObjects, exchange: Exchange & { readonly watches: Set<ServerResponse> }): void {
  const { where, seen, response, watches } = exchange;
  const from = Number(seen.query.get('resourceVersion'));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  if (objects.isTooOld(from)) {
    writeEvent(response, 'ERROR', statusObject(410, 'Expired', `too old resource version: ${from}`));
    response.end();
    return;
  }
  const tell = (event: StoredEvent) => {
    if (event.collection !== where.collection) return;
    if (where.namespace === '' || where.namespace === event.namespace)
      writeEvent(response, event.type, event.object);
  };
  for (const event of objects.since(from)) tell(event);
  watches.add(response);
  const stop = objects.subscribe(tell);
  response.on('close', () => {
    watches.delete(response);
    stop();
  });
}

const bookmarkAt = (version: number) => ({ metadata: { resourceVersion: String(version) } });

const writeEvent = (response: ServerResponse, type: string, object: unknown): void => {
  response.write(`${JSON.stringify({ type, object })}\n`);
};

async function see(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://fake');
  const socket = request.socket as TLSSocket;
  const peer = socket.encrypted ? socket.getPeerCertificate().subject?.CN : undefined;
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    port: request.socket.remotePort,
    client: typeof peer === 'string' ? peer : undefined,
  };
}
