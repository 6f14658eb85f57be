// The gRPC server: one aggregated delta stream per client (ADS), since only that orders changes across types.
import { Server, type ServerCredentials, type ServerDuplexStream, status } from '@grpc/grpc-js';
import { aborted } from '../runtime/aborted.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Runnable } from '../runtime/runnable.ts';
import type { Cache } from './cache.ts';
import { type Connection, createConnection, type Ending } from './connection.ts';
import type { StreamLimits } from './delta-stream.ts';
import { observerOf, type ServerObserver } from './observer.ts';
import type { ResourceType } from './resource.ts';

export interface XdsServerOptions {
  readonly cache: Cache;
  /** In the order in which changes are sent. */
  readonly types: readonly ResourceType[];
  readonly clock: Clock;
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  /** Plain text is the caller's decision. */
  readonly credentials: ServerCredentials;
  /** Random, so that no earlier run had it: it marks bytes that a reconnecting client can't have seen. */
  readonly generation: string;
  readonly observer?: ServerObserver;
  readonly log?: ServerLog;
  readonly limits?: Partial<StreamLimits>;
}

/** What the server says. It never logs what clients can make it say at will. */
export interface ServerLog {
  warn(message: string): unknown;
  error(message: string): unknown;
}

export interface XdsServer extends Runnable {
  /** The port, once bound; rejects if that fails. */
  readonly listening: Promise<number>;
}

type Call = ServerDuplexStream<Buffer, Buffer>;

const raw = (bytes: Buffer) => bytes;

/** Written by hand: messages stay bytes here, so that what is encoded once is not encoded again. */
const service = {
  deltaAggregatedResources: {
    path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources',
    requestStream: true,
    responseStream: true,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  },
} as const;

/** Milliseconds that clients have to end their calls before the connections are cut. */
const grace = 1_000;

/**
 * A reconnecting client names all it has in one message (4.9 MB at 60,000 scopes), so messages have no limit. Pings
 * find clients that are gone without a word, whose state would stay for ever.
 */
const channelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_concurrent_streams': 100,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
};

/** Different types that are complained about; a client may make them up. */
const unknownTypeLimit = 20;

export function createXdsServer(options: XdsServerOptions): XdsServer {
  const { cache, clock, log } = options;
  const listening = Promise.withResolvers<number>();
  listening.promise.catch(() => {
    // Whoever runs the server sees the same error; not everybody asks for the port.
  });
  const server = new Server(channelOptions);
  const calls = new Map<Call, Connection>();
  const observer = withUnknownTypes(options.observer, log);
  let streams = 0;

  server.addService(service, {
    deltaAggregatedResources(call: Call) {
      streams += 1;
      const end = (why: Ending) => {
        if (why.code === 'INTERNAL') log?.error(`xDS stream ended: ${why.message}`);
        const details = why.code === 'INTERNAL' ? 'internal error' : why.message;
        call.emit('error', { code: status[why.code], details });
      };
      const channel = {
        write: (bytes: Uint8Array, written: () => void) =>
          void call.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), written),
        end,
      };
      const generation = `${options.generation}.${streams}`;
      const connection = createConnection({
        ...options,
        observer: observerOf(observer, streams),
        generation,
        channel,
      });
      const close = () => {
        calls.delete(call);
        connection.close();
      };
      calls.set(call, connection);
      call.on('data', (bytes: Buffer) => connection.received(bytes));
      call.on('end', () => call.end());
      call.on('error', close);
      call.on('cancelled', close);
      call.on('close', close);
    },
  });

  function bind(): Promise<number> {
    return new Promise((resolve, reject) => {
      server.bindAsync(options.address, options.credentials, (error, port) => {
        if (error === null) resolve(port);
        else reject(new Error(`xDS server: ${error.message}`));
      });
    });
  }

  async function stop(): Promise<void> {
    for (const [call, connection] of calls) {
      connection.close();
      call.end();
    }
    const stopped = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    const cancel = clock.after(grace, () => server.forceShutdown());
    await stopped;
    cancel();
  }

  return {
    name: 'xds-server',
    listening: listening.promise,
    async run(signal) {
      const unsubscribe = cache.subscribe({
        changed(touched) {
          for (const connection of calls.values()) connection.changed(touched);
        },
      });
      try {
        listening.resolve(await bind());
        await aborted(signal);
      } catch (error) {
        listening.reject(error);
        throw error;
      } finally {
        unsubscribe();
        await stop();
      }
    },
  };
}

/** Says once per type that it isn't served. */
function withUnknownTypes(observer: ServerObserver = {}, log: ServerLog | undefined): ServerObserver {
  const seen = new Set<string>();
  return {
    ...observer,
    unknownType(type, stream) {
      observer.unknownType?.(type, stream);
      if (seen.has(type) || seen.size >= unknownTypeLimit) return;
      seen.add(type);
      log?.warn(`a client asks for ${JSON.stringify(type.slice(0, 200))}, which is not served`);
    },
  };
}
