// Ports for programs that must be told which to use.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Listens on a free port, of loopback unless said otherwise, and returns it. */
export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

/** Below the range from which the kernel takes ports for outgoing connections and for servers that ask for any. */
const range = { first: 12_000, last: 32_000 };

/** Ports that were free a moment ago, chosen at random, so that tests that run at the same time don't meet. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = await tryPort(randomInt(range.first, range.last));
    if (port !== 0) ports.add(port);
  }
  return [...ports];
}

/** 0 if the port is not free. */
async function tryPort(port: number): Promise<number> {
  const server = createServer();
  try {
    await listen(server, port);
  } catch {
    return 0;
  }
  server.close();
  await once(server, 'close');
  return port;
}
