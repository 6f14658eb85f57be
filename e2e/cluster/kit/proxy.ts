// An HTTPS proxy between contour and the API server, with faults that are switched while it runs. Requests go through
// with their own credentials; answers stream.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as requestUpstream } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { selfSigned } from '../../../src/testing/certificates.ts';
import { eventually } from '../../../src/testing/deadline.ts';
import { listen } from '../../../src/testing/ports.ts';
import { type ApiRequest, apiRequest, createFaults, type Injected, type Injection } from './proxy-faults.ts';
import { kubeconfigThrough, upstreamOf } from './proxy-kubeconfig.ts';
import { faultyLines, statusObject } from './proxy-stream.ts';

export interface ApiProxy {
  inject(injection: Injection): Injected;
  /** Breaks the connections of all watches that are open, or of those of one kind. How many there were. */
  cut(plural?: string): number;
  /** Breaks every connection and accepts none until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  /** Requests since the last call, by verb and kind, as in `watch services`; also of those that a fault answered. */
  takeCounts(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export interface ApiProxyOptions {
  /** File that names the real server. */
  readonly kubeconfig: string;
  /** File to write, for the clients of this proxy: the same users, another server. */
  readonly through: string;
}

export async function startApiProxy({ kubeconfig, through }: ApiProxyOptions): Promise<ApiProxy> {
  const original = await readFile(kubeconfig, 'utf8');
  const upstream = await upstreamOf(original);
  const pair = await selfSigned('localhost');
  const faults = createFaults();
  const agent = new Agent({ keepAlive: true, ca: upstream.ca });
  const watches = new Map<ServerResponse, ApiRequest>();
  let counts = new Map<string, number>();

  const forward = async (message: IncomingMessage, response: ServerResponse, api: ApiRequest) => {
    const answer = await ask(message, response, { agent, url: new URL(pathOf(message, api), upstream.url) });
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    if (api.verb !== 'watch') return await pipeline(answer, response);
    watches.set(response, api);
    response.once('close', () => watches.delete(response));
    response.flushHeaders();
    const flushed = () => eventually(() => assert.equal(response.writableLength, 0), { every: 1 });
    const passage = { request: api, faults, flushed };
    await pipeline(answer, (source: AsyncIterable<Buffer>) => faultyLines(source, passage), response);
  };

  /** The page size that a fault dictates is part of the path. */
  const pathOf = ({ url = '' }: IncomingMessage, api: ApiRequest): string => {
    const fault = api.verb === 'list' ? faults.take(api, ['page'])?.fault : undefined;
    if (fault?.kind !== 'page') return url;
    const changed = new URL(url, upstream.url);
    changed.searchParams.set('limit', String(fault.limit));
    return changed.pathname + changed.search;
  };

  const server = createServer({ cert: pair.certificate, key: pair.key }, (message, response) => {
    const api = apiRequest(message.method ?? '', message.url ?? '');
    const name = `${api.verb} ${api.plural}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const fault = faults.take(api, ['answer'])?.fault;
    if (fault?.kind === 'answer') refuseWith(message, response, fault);
    // What the server can't answer, and a fault that breaks a stream, is a broken connection to the client.
    else forward(message, response, api).catch(() => response.destroy());
  });
  const port = await listen(server);
  await writeFile(
    through,
    kubeconfigThrough(original, { server: `https://localhost:${port}`, certificate: pair.certificate }),
  );
  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    inject: faults.inject,
    cut(plural) {
      const open = [...watches].filter(([, api]) => plural === undefined || plural === api.plural);
      for (const [response] of open) response.destroy();
      return open.length;
    },
    refuse: stopListening,
    async accept() {
      await listen(server, port);
    },
    takeCounts() {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    async close() {
      if (server.listening) await stopListening();
      agent.destroy();
    },
  };
}

interface Where {
  readonly agent: Agent;
  readonly url: URL;
}

/** Passes the request on; its answer. Given up when the client is gone. */
function ask(
  message: IncomingMessage,
  response: ServerResponse,
  { agent, url }: Where,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, headers } = message;
    const outgoing = requestUpstream(
      url,
      { agent, method, headers: { ...headers, host: url.host } },
      resolve,
    );
    outgoing.on('error', reject);
    response.once('close', () => outgoing.destroy());
    message.pipe(outgoing);
  });
}

type Refusal = Extract<Injection['fault'], { kind: 'answer' }>;

function refuseWith(message: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  message.resume();
  const { status, reason, retryAfterSeconds } = refusal;
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(JSON.stringify(statusObject(status, reason)));
}
