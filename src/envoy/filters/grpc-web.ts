// Lets browsers call gRPC services; does nothing to requests of other content types.
import { GrpcWebSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/grpc_web/v3/grpc_web_pb.js';
import { pack } from '../encode.ts';
import type { HttpFilter } from './filter.ts';

export const grpcWeb: HttpFilter = {
  name: 'envoy.filters.http.grpc_web',
  configType: { case: 'typedConfig', value: pack(GrpcWebSchema, {}) },
};
