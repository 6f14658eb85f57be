// Pieces of configuration that several resources share.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AddressSchema } from '@envoyproxy/protos/envoy/config/core/v3/address_pb.js';
import {
  ApiVersion,
  type ConfigSourceSchema,
} from '@envoyproxy/protos/envoy/config/core/v3/config_source_pb.js';

/** "Over the one stream to us"; after Envoy's 15 s it goes on without an answer. */
export const ads: MessageInitShape<typeof ConfigSourceSchema> = {
  configSourceSpecifier: { case: 'ads', value: {} },
  resourceApiVersion: ApiVersion.V3,
};

/** Waits for the answer however long it takes: what opens without it would answer 404 for every host. */
export const adsAwaited: MessageInitShape<typeof ConfigSourceSchema> = {
  ...ads,
  initialFetchTimeout: { seconds: 0n },
};

/** An IPv4 or IPv6 address and a TCP port. */
export function socketAddress(address: string, port: number): MessageInitShape<typeof AddressSchema> {
  return {
    address: {
      case: 'socketAddress',
      value: {
        address,
        portSpecifier: { case: 'portValue', value: port },
        // `::` means all addresses of both families, as operators expect; on others Envoy refuses the field.
        ...(address === '::' ? { ipv4Compat: true } : {}),
      },
    },
  };
}

export function pipeAddress(path: string): MessageInitShape<typeof AddressSchema> {
  return { address: { case: 'pipe', value: { path } } };
}
