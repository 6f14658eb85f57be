// Delta messages between the wire and plain data.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '@envoyproxy/protos/envoy/service/discovery/v3/discovery_pb.js';
import type { DeltaRequest, DeltaResponse } from './message.ts';

/** Throws if the bytes are no such message. */
export function decodeRequest(bytes: Uint8Array): DeltaRequest {
  const message = fromBinary(DeltaDiscoveryRequestSchema, bytes);
  return {
    node: message.node?.id,
    type: message.typeUrl,
    subscribe: message.resourceNamesSubscribe,
    unsubscribe: message.resourceNamesUnsubscribe,
    initialVersions: new Map(Object.entries(message.initialResourceVersions)),
    nonce: message.responseNonce,
    refusal: message.errorDetail?.message,
  };
}

/** `system_version_info` is for debugging only: the nonce, since there is no version of the whole. */
export function encodeResponse(response: DeltaResponse): Uint8Array {
  const resources = response.resources.map(({ name, version, bytes }) => ({
    name,
    version,
    resource: { typeUrl: response.type, value: bytes },
  }));
  const message = create(DeltaDiscoveryResponseSchema, {
    systemVersionInfo: response.nonce,
    typeUrl: response.type,
    nonce: response.nonce,
    resources,
    removedResources: [...response.removed],
  });
  return toBinary(DeltaDiscoveryResponseSchema, message);
}
