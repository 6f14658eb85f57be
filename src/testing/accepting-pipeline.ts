// A pipeline with a client that takes everything: some of what is served waits until an Envoy has accepted something
// else, and only then is it a function of the objects alone.
import { createPipeline, type Pipeline, type PipelineSettings } from '../pipeline.ts';
import type { ObjectEvent, RawObject } from '../store/events.ts';
import { applied } from './manifests.ts';
import { WillingClient } from './willing-client.ts';

export interface AcceptingPipeline extends Pipeline {
  /** One batch; returns when all is built, sent and accepted. */
  settle(...events: readonly ObjectEvent[]): void;
}

/** Time stands still, so that one turn builds everything, and what is put off is due at once. */
export function acceptingPipeline(
  objects: Iterable<RawObject>,
  settings: PipelineSettings,
): AcceptingPipeline {
  const waiting: (() => void)[] = [];
  const pipeline = createPipeline(settings, {
    now: () => 0,
    date: () => new Date(0),
    after: (_ms, callback) => {
      waiting.push(callback);
      return () => {};
    },
    soon: (callback) => waiting.push(callback),
  });
  pipeline.sink.apply([...objects].map(applied));
  pipeline.sink.synced();
  const client = new WillingClient(pipeline.cache);
  const accept = (): void => {
    let received = client.take();
    while (received.length > 0 || waiting.length > 0) {
      for (const callback of waiting.splice(0)) callback();
      received = client.take();
    }
  };
  accept();
  const settle = (...events: readonly ObjectEvent[]): void => {
    pipeline.sink.apply(events);
    accept();
  };
  return { ...pipeline, settle };
}
