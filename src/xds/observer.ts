// What can be seen of streams from outside: for counters, logs and tests.

/** Called as things happen; must not throw. Names are as the client knows them. */
export interface StreamObserver {
  /** A response is handed over for writing. `bytes`: about how many. */
  sent?(type: string, names: readonly string[], bytes: number): void;
  /** A response was accepted; `names` are its resources and removals. */
  acked?(type: string, names: readonly string[]): void;
  /** A response with these names was refused. A single name is the culprit; of several, halves are tried next. */
  rejected?(type: string, names: readonly string[], reason: string): void;
  /** The client asked for a type that isn't served. */
  unknownType?(type: string): void;
}

/** Also told of the stream's begin and end. */
export interface ConnectionObserver extends StreamObserver {
  /** The stream's first request named its node. */
  connected?(node: string): void;
  disconnected?(node: string): void;
}

/** The same for all streams of a server, which it numbers from 1. */
export interface ServerObserver {
  connected?(node: string, stream: number): void;
  disconnected?(node: string, stream: number): void;
  sent?(type: string, names: readonly string[], bytes: number, stream: number): void;
  acked?(type: string, names: readonly string[], stream: number): void;
  rejected?(type: string, names: readonly string[], reason: string, stream: number): void;
  unknownType?(type: string, stream: number): void;
}

/** What one stream tells. */
export const observerOf = (observer: ServerObserver, stream: number): ConnectionObserver => ({
  connected: (node) => observer.connected?.(node, stream),
  disconnected: (node) => observer.disconnected?.(node, stream),
  sent: (type, names, bytes) => observer.sent?.(type, names, bytes, stream),
  acked: (type, names) => observer.acked?.(type, names, stream),
  rejected: (type, names, reason) => observer.rejected?.(type, names, reason, stream),
  unknownType: (type) => observer.unknownType?.(type, stream),
});

/** Tells both, the first one first. */
export const both = (first: ServerObserver, second: ServerObserver): ServerObserver => ({
  connected(...told) {
    first.connected?.(...told);
    second.connected?.(...told);
  },
  disconnected(...told) {
    first.disconnected?.(...told);
    second.disconnected?.(...told);
  },
  sent(...told) {
    first.sent?.(...told);
    second.sent?.(...told);
  },
  acked(...told) {
    first.acked?.(...told);
    second.acked?.(...told);
  },
  rejected(...told) {
    first.rejected?.(...told);
    second.rejected?.(...told);
  },
  unknownType(...told) {
    first.unknownType?.(...told);
    second.unknownType?.(...told);
  },
});
