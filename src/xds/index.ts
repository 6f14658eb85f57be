// The delta xDS server as a module of its own. It knows bytes and names only.
//   resource.ts, cache.ts    what is served, to all clients
//   delta-stream.ts          the protocol state of one client: a machine without I/O; type-state.ts per type,
//                            judge.ts what to do, compose.ts what to send next, answer.ts and isolation.ts refusals,
//                            relations.ts order between types, on-demand.ts names that clients make up
//   connection.ts, server.ts what pumps the machine: timers and gRPC
export { type Batch, createBatch } from './batch.ts';
export { type Cache, type CacheListener, createCache, type Rejection } from './cache.ts';
export {
  createDeltaStream,
  type DeltaStream,
  type DeltaStreamOptions,
  defaultLimits,
  type StreamLimits,
} from './delta-stream.ts';
export type { DeltaRequest, DeltaResponse, SentResource, StreamEnd } from './message.ts';
export type { ServerObserver, StreamObserver } from './observer.ts';
export { type Changes, type OnDemand, type Resource, type ResourceType, versionOf } from './resource.ts';
export { createXdsServer, type ServerLog, type XdsServer, type XdsServerOptions } from './server.ts';
