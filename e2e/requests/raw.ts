// Requests as bytes, which no client library would send, and what comes back.
import { connect as connectPlain } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import type { Echo } from '../../src/testing/backends.ts';
import { withDeadline } from '../../src/testing/deadline.ts';

export interface Exchange {
  readonly port: number;
  /** Sent first and never encrypted: the header of the PROXY protocol. */
  readonly preface?: Uint8Array;
  /** Server name of the handshake; undefined: plain text. */
  readonly sni?: string;
  /** One character for each byte. The connection has to end with the answer. */
  readonly request: string;
}

/** All that comes back until the connection ends; empty if Envoy closes or resets it without a word. */
export async function exchange({ port, preface, sni, request }: Exchange): Promise<string> {
  const plain = connectPlain(port, '127.0.0.1').on('error', () => {});
  if (preface !== undefined) plain.write(preface);
  const socket =
    sni === undefined ? plain : connectTls({ socket: plain, servername: sni, rejectUnauthorized: false });
  socket.write(Buffer.from(request, 'latin1'));
  try {
    const answer = await withDeadline(
      buffer(socket).catch(() => Buffer.alloc(0)),
      10_000,
      'answer',
    );
    return answer.toString('latin1');
  } finally {
    plain.destroy();
  }
}

/** A request without a body; every line of `headers` is sent as it is, after the Host. */
export const get = (host: string, path: string, ...headers: readonly string[]): string =>
  [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...headers, 'Connection: close', '', ''].join('\r\n');

/** The status of an answer; 0 if there is none. */
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.[01] (\d{3}) /.exec(answer)?.[1] ?? 0);

/** What the backend said; fails unless it answered. */
export function echoIn(answer: string): Echo {
  if (statusOf(answer) !== 200) throw new Error(`no echo: ${answer.slice(0, 300)}`);
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
}
