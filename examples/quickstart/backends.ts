// Sample applications on loopback ports. Each answers which it is and what reached it.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

/** Starts one for each name, on its port, and returns how to end them. Rejects with one line for the user if a port is in use. */
export async function startBackends(ports: ReadonlyMap<string, number>): Promise<() => void> {
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  try {
    for (const [name, port] of ports) {
      const server = application(name);
      servers.push(server);
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    }
  } catch (error) {
    close();
    throw new Error(
      `the sample backends need the ports ${[...ports.values()].join(', ')} of 127.0.0.1, and one cannot be had ` +
        `(${error instanceof Error ? error.message : error}): end the process that has it`,
    );
  }
  return close;
}

const application = (name: string): Server =>
  createServer((request, response) => {
    const { method, url: path, headers } = request;
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify({ backend: name, method, path, headers }, null, 2)}\n`);
  });
