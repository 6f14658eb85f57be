// Envoy's admin interface over its unix socket.
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface AdminAnswer {
  readonly status: number;
  readonly body: string;
}

/** Somebody listens, and was silent for too long. */
export class AdminSilence extends Error {
  override readonly name = 'AdminSilence';
}

/** Asks `path` of the admin interface; rejects if nobody listens on the socket, or by AdminSilence after `timeoutMs`. */
export async function askAdmin(
  socket: string,
  path: string,
  {
    method = 'GET',
    timeoutMs = 30_000,
  }: { readonly method?: 'GET' | 'POST'; readonly timeoutMs?: number } = {},
): Promise<AdminAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(
      { socketPath: socket, path, method, headers: { host: 'admin' }, agent: false },
      resolve,
    );
    asked.setTimeout(timeoutMs, () =>
      asked.destroy(new AdminSilence(`no answer to ${path} after ${timeoutMs} ms`)),
    );
    asked.on('error', reject);
    asked.end();
  });
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/** Whether Envoy says that it is initialised and serving. */
export async function isLive(socket: string): Promise<boolean> {
  try {
    const { status, body } = await askAdmin(socket, '/ready', { timeoutMs: 5000 });
    return status === 200 && body.startsWith('LIVE');
  } catch {
    return false; // The socket is not there yet, or the process just ended: not live.
  }
}
