// Pumps one stream: bytes in, bytes out, timers. It knows no transport.
import type { Clock } from '../runtime/clock.ts';
import { decodeRequest, encodeResponse } from './codec.ts';
import { createDeltaStream, type DeltaStreamOptions } from './delta-stream.ts';
import type { DeltaRequest, StreamEnd } from './message.ts';
import type { ConnectionObserver } from './observer.ts';

/** Why a stream ends before its client wants it to. `INTERNAL` is a mistake of ours. */
export type Ending = StreamEnd | { readonly code: 'INTERNAL'; readonly message: string };

/** The transport's side of a stream. */
export interface Channel {
  /** Calls `written` when the bytes have left the process' own buffers. */
  write(bytes: Uint8Array, written: () => void): void;
  end(why: Ending): void;
}

export interface ConnectionOptions extends DeltaStreamOptions {
  readonly clock: Clock;
  readonly channel: Channel;
  readonly observer?: ConnectionObserver;
}

export interface Connection {
  received(bytes: Uint8Array): void;
  changed(touched: ReadonlyMap<string, ReadonlySet<string>>): void;
  /** The stream is over; nothing is written any more. */
  close(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { clock, channel, observer } = options;
  const stream = createDeltaStream(options);
  let node: string | undefined;
  let closed = false;
  let scheduled = false;
  let cancelTimer = () => {};

  function close(): void {
    if (closed) return;
    closed = true;
    cancelTimer();
    if (node !== undefined) observer?.disconnected?.(node);
  }

  function end(why: Ending): void {
    if (closed) return;
    close();
    channel.end(why);
  }

  /** A mistake of ours costs this stream and no other; its client comes back and starts from a clean state. */
  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      end({
        code: 'INTERNAL',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }

  function pump(): void {
    scheduled = false;
    if (closed) return;
    for (const response of stream.take(clock.now())) {
      channel.write(encodeResponse(response), () => {
        stream.flushed(response.size);
        schedule();
      });
    }
    cancelTimer();
    const deadline = stream.deadline();
    cancelTimer =
      deadline === undefined ? () => {} : clock.after(Math.max(0, deadline - clock.now()), schedule);
  }

  /** Whatever happens in one go is answered together. */
  function schedule(): void {
    if (scheduled || closed) return;
    scheduled = true;
    queueMicrotask(() => guarded(pump));
  }

  function decode(bytes: Uint8Array): DeltaRequest | StreamEnd {
    try {
      return decodeRequest(bytes);
    } catch {
      return { code: 'INVALID_ARGUMENT', message: 'not a DeltaDiscoveryRequest' };
    }
  }

  function accept(request: DeltaRequest): StreamEnd | undefined {
    if (node === undefined) {
      if (request.node === undefined) {
        return { code: 'INVALID_ARGUMENT', message: 'the first request must carry the node' };
      }
      node = request.node;
      observer?.connected?.(node);
    }
    return stream.request(request);
  }

  return {
    received(bytes) {
      if (closed) return;
      guarded(() => {
        const request = decode(bytes);
        const why = 'code' in request ? request : accept(request);
        if (why === undefined) schedule();
        else end(why);
      });
    },
    changed(touched) {
      guarded(() => stream.changed(touched));
      schedule();
    },
    close,
  };
}
