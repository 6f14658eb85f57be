// What the cluster is told about its objects: statuses of IngressRoutes, and Events.
//   writer.ts                          the queue of statuses; troubles.ts, denials.ts, back-pressure.ts: when it fails
//   pace.ts                            how often at most for what changes with other users' objects
//   status.ts, patch.ts, cut.ts        verdict -> our fields -> merge patch, all bounded
//   mirror.ts, written.ts              what the cluster has already; lifted-refusals.ts: what may be gone in a moment
//   repairs.ts                         what others overwrote
//   events.ts, event.ts                Events at a bounded rate (token-bucket.ts); ingress-news.ts, route-news.ts: when
export type { StatusObserver } from './observer.ts';
export { createStatusWriter, type StatusWriter, type StatusWriterOptions } from './writer.ts';
