// Compresses responses with gzip for clients that take it.
import { GzipSchema } from '@envoyproxy/protos/envoy/extensions/compression/gzip/compressor/v3/gzip_pb.js';
import { CompressorSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/compressor/v3/compressor_pb.js';
import { pack } from '../encode.ts';
import type { HttpFilter } from './filter.ts';

/** Envoy's own choice of content types and its least length of 30 bytes. */
export const compressor: HttpFilter = {
  name: 'envoy.filters.http.compressor',
  configType: {
    case: 'typedConfig',
    value: pack(CompressorSchema, {
      compressorLibrary: { name: 'gzip', typedConfig: pack(GzipSchema, {}) },
    }),
  },
};
