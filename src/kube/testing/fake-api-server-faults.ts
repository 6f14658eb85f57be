// What a test can have the fake API server do in place of an answer.
import type { ServerResponse } from 'node:http';

export type Fault =
  /** `body`: JSON unless it is a string. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** The connection ends without an answer. */
  | { readonly kind: 'cut' }
  /** No answer, ever. */
  | { readonly kind: 'silent' }
  /** 200 and these bytes, each chunk in a packet of its own; then the end of the answer, a cut, or nothing more. */
  | {
      readonly kind: 'stream';
      readonly chunks: readonly (string | Buffer)[];
      readonly end: 'close' | 'cut' | 'open';
    };

/** For any `status`, the body that Kubernetes would send. */
export const statusObject = (
  code: number,
  reason: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
) => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message, details });

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export async function play(fault: Fault, response: ServerResponse): Promise<void> {
  if (fault.kind === 'silent') return;
  if (fault.kind === 'cut') response.destroy();
  else if (fault.kind === 'answer') sendJson(response, fault.status, fault.body ?? '', fault.headers);
  else await stream(fault.chunks, fault.end, response);
}

async function stream(
  chunks: readonly (string | Buffer)[],
  end: 'close' | 'cut' | 'open',
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const chunk of chunks) {
    await new Promise<void>((resolve) => response.write(chunk, () => setTimeout(resolve, 2)));
  }
  if (end === 'close') response.end();
  if (end === 'cut') response.destroy();
}
