// Tenants who did nothing: what is served of them and said to them must not change, whatever others apply.
import assert from 'node:assert/strict';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FilterChainSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_components_pb.js';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { resolveTranslate } from '../../../config/translate.ts';
import type { ObjectKey } from '../../../dag/objects.ts';
import { listenerName } from '../../../envoy/names.ts';
import { typeUrl } from '../../../envoy/type-url.ts';
import { resourceTypes } from '../../../envoy/types.ts';
import type { Pipeline } from '../../../pipeline.ts';
import type { RawObject } from '../../../store/events.ts';
import { type AcceptingPipeline, acceptingPipeline } from '../../../testing/accepting-pipeline.ts';
import { objects } from '../../events/testing/world.ts';

const config = resolveTranslate({ flags: new Map(), readConfigFile: () => '' });
assert.ok(config.ok);
const settings = config.value.outcome;

/** The world of the neighbours, and more objects. */
export const worldWith = (more: Iterable<RawObject>): AcceptingPipeline =>
  acceptingPipeline([...Object.values(objects), ...more], settings);

export const emptyWorld = (): AcceptingPipeline => acceptingPipeline([], settings);

const alone = resourcesOf(worldWith([]));
const verdictsAlone = new Map(worldWith([]).graph.verdicts());

/** Every byte of every neighbour's scopes, clusters, endpoints, certificates and filter chains, and every verdict. */
export function assertUnharmed(pipeline: Pipeline, hint?: unknown): void {
  const now = resourcesOf(pipeline);
  for (const [id, bytes] of alone) {
    const found = now.get(id);
    if (found === undefined || Buffer.compare(bytes, found) !== 0)
      assert.fail(
        `${id} ${found === undefined ? 'is gone' : 'differs'} ${JSON.stringify(hint)?.slice(0, 1_000)}`,
      );
  }
  for (const [key, verdict] of verdictsAlone) assert.deepEqual(verdictNow(pipeline, key), verdict);
}

const verdictNow = ({ graph }: Pipeline, key: ObjectKey) => graph.verdicts().get(key);

/** By type and name; of the HTTPS listener the chains of single hosts. */
function resourcesOf({ cache }: Pipeline): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const { url } of resourceTypes) {
    if (url === typeUrl.listener) continue;
    for (const name of cache.names(url)) {
      const resource = cache.get(url, name);
      if (resource) found.set(`${url} ${name}`, resource.bytes);
    }
  }
  const listener = cache.get(typeUrl.listener, listenerName('https'));
  assert.ok(listener);
  for (const chain of fromBinary(ListenerSchema, listener.bytes).filterChains) {
    const names = chain.filterChainMatch?.serverNames ?? [];
    if (names.length > 0) found.set(`chain of ${names}`, toBinary(FilterChainSchema, chain));
  }
  return found;
}

/** Bytes that an Envoy holds. */
export const bytesOf = (pipeline: Pipeline): number =>
  [...resourcesOf(pipeline).values()].reduce((sum, bytes) => sum + bytes.length, 0);
