// Are the ports free that another program is about to listen on? Envoy shares ports with others of its user
// (SO_REUSEPORT) without a word, so two of them would take each other's traffic: ask before it starts.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartError } from '../runtime/start-error.ts';

/** A port to listen on and the flag that chooses it. */
export interface ListenPort {
  readonly address: string;
  readonly port: number;
  /** With its dashes: `--stats-port`. */
  readonly flag: string;
}

/** Listens on each port for a moment. Throws a StartError that lists every port that cannot be had. */
export async function checkPorts(ports: readonly ListenPort[]): Promise<void> {
  const mistakes: string[] = [];
  for (const port of ports) {
    if (port.port === 0) continue;
    const code = await listenError(port);
    if (code !== undefined) mistakes.push(explainListenError(port, code));
  }
  if (mistakes.length > 0) throw new StartError(mistakes.join('; '));
}

/** One sentence for an error code of listen(2). */
export function explainListenError({ address, port, flag }: ListenPort, code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${address} is in use: end the process that has it or choose another with ${flag}`;
    case 'EACCES':
      return `port ${port} on ${address} needs a privilege this process lacks: choose one above 1023 with ${flag}`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine: choose another for port ${port} (${flag})`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the address ${address} of ${flag} does not resolve: name an IP address of this machine`;
  }
  return `cannot listen on ${address}:${port} (${flag}): ${code}`;
}

async function listenError({ address, port }: ListenPort): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host: address, port, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    return errorCode(error);
  }
  server.close();
  await once(server, 'close');
  return undefined;
}

/** The code of a system error (`EADDRINUSE`), or the error's text if it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : String(error);
}
