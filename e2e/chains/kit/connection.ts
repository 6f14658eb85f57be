// Connections that are held open: a client of TLS of any version, and servers that greet and echo.
import { once } from 'node:events';
import { createServer as createPlainServer, type Server, type Socket } from 'node:net';
import { connect, createServer as createTlsServer, type SecureVersion, type TLSSocket } from 'node:tls';
import { withDeadline } from '../../../src/testing/deadline.ts';
import type { KeyPair } from '../../../src/testing/objects.ts';
import { listen } from '../../../src/testing/ports.ts';

export interface Client {
  readonly port: number;
  readonly sni: string;
  /** The only version that it speaks; undefined: from 1.2 on. */
  readonly version?: SecureVersion;
  readonly alpn?: readonly string[];
  /** Of an earlier connection, to be resumed. */
  readonly session?: Buffer;
}

/** Node's OpenSSL speaks TLS 1.1 at this security level only. */
const ciphers = 'DEFAULT@SECLEVEL=0';

/** Resolves after the handshake; rejects with its failure. */
export async function open({ port, sni, version, alpn, session }: Client): Promise<TLSSocket> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: sni,
    rejectUnauthorized: false,
    ...(version !== undefined && { minVersion: version, maxVersion: version, ciphers }),
    ...(alpn !== undefined && { ALPNProtocols: [...alpn] }),
    ...(session !== undefined && { session }),
  });
  const failed = Promise.withResolvers<never>();
  socket.on('error', failed.reject);
  socket.once('close', () => failed.reject(new Error('the connection was closed')));
  await Promise.race([once(socket, 'secureConnect'), failed.promise]);
  failed.promise.catch(() => {}); // From here on whoever reads finds out.
  return socket;
}

/** The next bytes as text; fails if the connection ends before. */
export async function read(socket: Socket): Promise<string> {
  const ended = Promise.withResolvers<never>();
  const over = () => ended.reject(new Error('the connection was closed'));
  socket.once('end', over).once('close', over).once('error', over);
  try {
    const [chunk] = await withDeadline(Promise.race([once(socket, 'data'), ended.promise]), 10_000, 'data');
    return String(chunk);
  } finally {
    socket.off('end', over).off('close', over).off('error', over);
    ended.promise.catch(() => {});
  }
}

/** Whether what is written comes back. */
export async function echoes(socket: Socket): Promise<boolean> {
  socket.write('ping');
  return (await read(socket)) === 'ping';
}

/** An HTTP/1.1 request on a connection that stays open; answers with the head of the response. */
export async function request(socket: Socket, host: string): Promise<string> {
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  let text = await read(socket);
  while (!text.includes('}')) text += await read(socket);
  return text.slice(0, text.indexOf('\r\n\r\n'));
}

export interface EchoServer {
  readonly name: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Says its name, then whatever it is told. With a key pair TLS ends here. */
export async function startEcho(name: string, tls?: KeyPair): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  const greet = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    socket.write(name);
    socket.pipe(socket);
  };
  const server: Server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key }, greet).on('tlsClientError', () => {})
    : createPlainServer(greet);
  const port = await listen(server);
  return {
    ...{ name, port },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Opens, reads the greeting and closes; `closed` if Envoy ends the connection, be it before the handshake. */
export async function greeting(client: Client): Promise<string> {
  let socket: Socket | undefined;
  try {
    socket = await open(client);
    return await read(socket);
  } catch (error) {
    if (error instanceof Error && /was closed|before secure TLS/.test(error.message)) return 'closed';
    throw error;
  } finally {
    socket?.destroy();
  }
}

/** Common name of the server's certificate. */
export function certificateOf(socket: TLSSocket): string {
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : '';
}
