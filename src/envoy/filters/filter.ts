// What an HTTP filter is to the chain.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { HttpFilterSchema } from '@envoyproxy/protos/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';

/** A filter with its neutral default, as it stands in every connection manager's chain. */
export type HttpFilter = MessageInitShape<typeof HttpFilterSchema>;
