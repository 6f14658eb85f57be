// How the API server is reached now: credentials and connections, which change while the process lives, since tokens
// and certificates rotate.
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/errors.ts';
import { createDispatcher, type TlsMaterial } from './dispatcher.ts';
import { freshCopy, type Server, serverOf } from './kube-config.ts';

export interface Access extends Server {
  readonly dispatcher: Dispatcher;
  /** Authorization and what else the user's entry asks for. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface AccessKeeper {
  /** Rejects with words that hold no secret if credentials cannot be had. */
  get(): Promise<Access>;
  /** The server didn't take the credentials (401): the next `get` reads them anew. */
  refused(): void;
  /** Cuts all connections. */
  close(): Promise<void>;
}

/**
 * Milliseconds for which credentials are taken as they are. Asking the kubeconfig reads the files of its certificates
 * and costs 26 µs beside the 140 µs of a request; with an exec plugin, every request would start one at its expiry.
 */
export const freshMs = 5_000;

/** Milliseconds; credentials that were read this recently are not read anew even if they are refused. */
const refusalPauseMs = 1_000;

interface Reading {
  readonly readAt: number;
  readonly access: Promise<Access>;
  pending: boolean;
}

export function createAccess(kubeConfig: KubeConfig, clock: Clock): AccessKeeper {
  let source = freshCopy(kubeConfig);
  let current: Reading | undefined;
  let connections: { readonly material: string; readonly dispatcher: Dispatcher } | undefined;
  const retired = new Set<Dispatcher>();

  function dispatcherFor(server: Server, tls: TlsMaterial): Dispatcher {
    const material = JSON.stringify(tls);
    if (connections?.material === material) return connections.dispatcher;
    if (connections !== undefined) retire(connections.dispatcher);
    connections = { material, dispatcher: createDispatcher(server, tls) };
    return connections.dispatcher;
  }

  /** What runs on it, such as watches, ends in its own time. */
  function retire(dispatcher: Dispatcher): void {
    retired.add(dispatcher);
    const gone = () => retired.delete(dispatcher);
    dispatcher.close().then(gone, gone);
  }

  async function read(): Promise<Access> {
    const { tls, headers } = await credentialsOf(source);
    const server = serverOf(source);
    return { ...server, headers, dispatcher: dispatcherFor(server, tls) };
  }

  return {
    get() {
      const now = clock.now();
      // A plugin may wait for its user longer than credentials stay fresh: it is never started beside itself.
      if (current?.pending || (current && now - current.readAt < freshMs)) return current.access;
      const reading: Reading = { readAt: now, access: read(), pending: true };
      current = reading;
      reading.access.then(
        () => {
          reading.pending = false;
        },
        () => {
          if (current === reading) current = undefined;
        },
      );
      return reading.access;
    },
    refused() {
      // What is being read now is newer than what was refused.
      if (current === undefined || current.pending || clock.now() - current.readAt < refusalPauseMs) return;
      current = undefined;
      source = freshCopy(kubeConfig);
    },
    async close() {
      const all = [...retired, ...(connections === undefined ? [] : [connections.dispatcher])];
      await Promise.all(all.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/** One call gives it all: files are read again, exec plugins run if their token is over. */
async function credentialsOf(source: KubeConfig) {
  const options: RequestOptions = {};
  try {
    await source.applyToHTTPSOptions(options);
  } catch (error) {
    // The parser's words quote what a plugin printed, which is a token or close to one.
    const words = error instanceof SyntaxError ? 'what a plugin printed is not JSON' : messageOf(error);
    throw new Error(`no credentials: ${words}`, { cause: error });
  }
  const headers: Record<string, string> = {};
  // Token files often end in a newline, which no header may have.
  for (const [name, value] of Object.entries(options.headers ?? {}))
    if (value !== undefined) headers[name.toLowerCase()] = String(value).trim();
  if (typeof options.auth === 'string')
    headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return { headers, tls: materialOf(options) };
}

const materialOf = (options: RequestOptions & { readonly servername?: string | undefined }): TlsMaterial => ({
  ca: pem(options.ca),
  cert: pem(options.cert),
  key: pem(options.key),
  servername: options.servername || undefined,
  rejectUnauthorized: options.rejectUnauthorized !== false,
});

const pem = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : String(value);
