// A delta client that accepts everything and asks for the endpoints of every cluster, over the real machine and
// without sockets. It counts what it is sent.
import { fromBinary } from '@bufbuild/protobuf';
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { typeUrl } from '../envoy/type-url.ts';
import { resourceTypes } from '../envoy/types.ts';
import type { Cache } from '../xds/cache.ts';
import { createDeltaStream, type DeltaStream } from '../xds/delta-stream.ts';
import type { DeltaRequest, DeltaResponse } from '../xds/message.ts';

export class WillingClient {
  /** `type name` of every resource and `type -name` of every removal since the last `take`. */
  #received: string[] = [];
  readonly #stream: DeltaStream;

  constructor(cache: Cache) {
    this.#stream = createDeltaStream({ cache, types: resourceTypes, generation: 'test' });
    cache.subscribe({ changed: (touched) => this.#stream.changed(touched) });
    for (const type of [typeUrl.cluster, typeUrl.listener, typeUrl.scope]) this.#request({ type });
    this.#request({ type: typeUrl.extension, subscribe: ['wild'] });
  }

  /** Everything that there is to receive, accepted. */
  take(): readonly string[] {
    for (let responses = this.#stream.take(0); responses.length > 0; responses = this.#stream.take(0)) {
      for (const response of responses) this.#accept(response);
    }
    const received = this.#received;
    this.#received = [];
    return received;
  }

  #accept(response: DeltaResponse): void {
    const kind = response.type.split('.').at(-1);
    for (const { name } of response.resources) this.#received.push(`${kind} ${name}`);
    for (const name of response.removed) this.#received.push(`${kind} -${name}`);
    this.#stream.flushed(response.size);
    const endpoints =
      response.type === typeUrl.cluster ? response.resources.map(({ bytes }) => endpointsOf(bytes)) : [];
    if (endpoints.length > 0) this.#request({ type: typeUrl.endpoints, subscribe: endpoints });
    this.#request({ type: response.type, nonce: response.nonce });
  }

  #request(parts: Partial<DeltaRequest> & Pick<DeltaRequest, 'type'>): void {
    const none = { node: 'test', subscribe: [], unsubscribe: [], nonce: '', refusal: undefined };
    this.#stream.request({ ...none, initialVersions: new Map(), ...parts });
  }
}

/** The name by which a cluster asks for its endpoints. */
const endpointsOf = (cluster: Uint8Array): string =>
  fromBinary(ClusterSchema, cluster).edsClusterConfig?.serviceName ?? '';
