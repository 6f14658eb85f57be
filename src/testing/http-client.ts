// A client that sends what it is told to, byte for byte: any Host, any path, any SNI.
import { type IncomingMessage, request } from 'node:http';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect as connectPlain, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { connect as connectTls, type SecureVersion, type TLSSocket } from 'node:tls';
import type { Echo } from './backends.ts';

export interface Ask {
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  readonly method?: string;
  /** Sent as it is; default `/`. */
  readonly path?: string;
  /** The Host header, sent as it is; undefined sends none. */
  readonly host: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Undefined: plain text. */
  readonly tls?: Tls;
}

export interface Tls {
  /** Sent as it is; empty sends none. */
  readonly sni: string;
  readonly maxVersion?: SecureVersion;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  /** Common name of the server's certificate; empty without TLS. */
  readonly certificate: string;
}

/** Sends one HTTP/1.1 request on a connection of its own. Rejects if there is no answer. */
export async function ask(options: Ask): Promise<Answer> {
  const socket = await openSocket(options, 'http/1.1');
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { host, headers, method, path } = options;
      request({
        createConnection: () => socket,
        setHost: false,
        method: method ?? 'GET',
        path: path ?? '/',
        headers: { ...(host !== undefined && { Host: host }), ...headers, Connection: 'close' },
      })
        .on('response', resolve)
        .on('error', reject)
        .end(options.body);
    });
    const body = await buffer(response);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body,
      certificate: commonName(socket),
    };
  } finally {
    socket.destroy();
  }
}

/** Sends several requests on one HTTP/2 connection, over TLS if `tls` is given; `host` becomes `:authority`. */
export async function askHttp2(
  connection: Pick<Ask, 'port' | 'tls'>,
  asks: readonly Omit<Ask, 'port' | 'tls'>[],
) {
  const socket = await openSocket(connection, 'h2');
  const scheme = connection.tls === undefined ? 'http' : 'https';
  const session = connectHttp2(`${scheme}://unused.invalid`, { createConnection: () => socket });
  try {
    const answers: { readonly status: number; readonly body: string }[] = [];
    for (const { host, method, path, headers } of asks) {
      const stream = session.request({
        ':authority': host ?? '',
        ':scheme': scheme,
        ':method': method ?? 'GET',
        ':path': path ?? '/',
        ...headers,
      });
      const response = Promise.withResolvers<IncomingHttpHeaders>();
      stream.on('response', response.resolve).on('error', response.reject);
      const status = Number((await response.promise)[':status']);
      answers.push({ status, body: await text(stream) });
    }
    return answers;
  } finally {
    session.destroy();
    socket.destroy();
  }
}

/** What an echo backend said; fails with the status if the answer is no echo. */
export function echoOf({ status, body }: Answer): Echo {
  if (status !== 200)
    throw new Error(`status ${status} instead of an echo: ${body.toString().slice(0, 200)}`);
  return JSON.parse(body.toString());
}

async function openSocket(
  { address = '127.0.0.1', port, tls }: Pick<Ask, 'address' | 'port' | 'tls'>,
  protocol: string,
): Promise<Socket> {
  const where = { host: address, port };
  const opened = Promise.withResolvers<Socket>();
  const socket =
    tls === undefined
      ? connectPlain(where, () => opened.resolve(socket))
      : connectTls(
          {
            ...where,
            servername: tls.sni,
            rejectUnauthorized: false,
            ALPNProtocols: [protocol],
            ...(tls.maxVersion !== undefined && { maxVersion: tls.maxVersion }),
          },
          () => opened.resolve(socket),
        );
  socket.on('error', opened.reject); // Later errors reach the request; this one keeps them from being uncaught.
  socket.once('close', () => opened.reject(new Error('the connection was closed')));
  return await opened.promise;
}

function commonName(socket: Socket | TLSSocket): string {
  if (!('getPeerCertificate' in socket)) return '';
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : '';
}
