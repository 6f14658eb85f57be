// One watch: the request, its stream, and its end.
import type { Dispatcher } from 'undici';
import type { WatchEvent } from '../api.ts';
import { noAnswer, type RequestName } from './api-errors.ts';
import type { Caller } from './caller.ts';
import { limited } from './limited.ts';
import { readEvents } from './watch-events.ts';

export interface WatchRequest {
  readonly request: RequestName;
  /** With its query. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly caller: Caller;
  /** Milliseconds that the server has to begin its answer. */
  readonly openMs: number;
}

/** Bytes of an error's body that are read. */
const maxErrorBytes = 64 * 1024;

/**
 * The connection is closed whichever way the iteration ends. It ends without an error when the signal aborts or the
 * server ends the answer; an answer without its end is a broken connection, an ApiError.
 */
export async function* openWatch(watch: WatchRequest): AsyncGenerator<readonly WatchEvent[]> {
  const { request, signal, caller, openMs } = watch;
  const limits = { signal, clock: caller.clock, ms: openMs };
  const life = new AbortController();
  const end = () => life.abort();
  signal.addEventListener('abort', end, { once: true });
  try {
    const { statusCode, headers, body } = await limited(limits, () => open(watch, life.signal));
    if (statusCode === 200) {
      yield* readEvents(body, request);
      return;
    }
    const retryAfter = headers['retry-after'];
    throw caller.refusal(request, {
      status: statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : retryAfter?.[0],
      text: await limited(limits, () => beginning(body)),
    });
  } catch (error) {
    if (!signal.aborted) throw noAnswer(request, error);
  } finally {
    signal.removeEventListener('abort', end);
    life.abort();
  }
}

async function open({ caller, path }: WatchRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const access = await caller.keeper.get();
  return access.dispatcher.request({
    origin: access.origin,
    method: 'GET',
    path: access.prefix + path,
    headers: caller.headersOf(access),
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

async function beginning(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxErrorBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
