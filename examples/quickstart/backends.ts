// Sample applications on loopback ports. Each answers which it is and what reached it, says of itself at /healthz
// whether it is well (`POST /ill` and `POST /well` change it), and echoes what is said to it by WebSocket.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { KeyPair } from '../../src/testing/objects.ts';
import { converse } from './websocket.ts';

/**
 * Starts one for each name, on its port, and returns how to end them. Those of `pairs` speak TLS with that
 * certificate. Rejects with one line for the user if a port is in use.
 */
export async function startBackends(
  ports: ReadonlyMap<string, number>,
  pairs: ReadonlyMap<string, KeyPair> = new Map(),
): Promise<() => void> {
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  try {
    for (const [name, port] of ports) {
      const server = application(name, pairs.get(name));
      servers.push(server);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    }
  } catch (error) {
    close();
    throw new Error(
      `the sample backends need the ports ${[...ports.values()].join(', ')} of 127.0.0.1, and one cannot be had ` +
        `(${error instanceof Error ? error.message : error}); another npm start may be running. Who has the port: ss -ltnp`,
    );
  }
  return close;
}

function application(name: string, pair: KeyPair | undefined): Server {
  let ill = false;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { method, url: path, headers } = request;
    request.resume();
    if (method === 'POST' && (path === '/ill' || path === '/well')) ill = path === '/ill';
    response.statusCode = ill && path === '/healthz' ? 503 : 200;
    response.setHeader('content-type', 'application/json');
    const encrypted = pair !== undefined;
    response.end(`${JSON.stringify({ backend: name, method, path, encrypted, headers }, null, 2)}\n`);
  };
  const server =
    pair === undefined
      ? createServer(answer)
      : createTlsServer({ cert: pair.certificate, key: pair.key }, answer);
  return server.on('upgrade', (request, socket) => {
    converse(request, socket, (text) => `${name} echoes ${text}`);
  });
}
