// Sends the request on; the end of every chain.
import { RouterSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/router/v3/router_pb.js';
import { pack } from '../encode.ts';
import type { HttpFilter } from './filter.ts';

export const router: HttpFilter = {
  name: 'envoy.filters.http.router',
  configType: { case: 'typedConfig', value: pack(RouterSchema, {}) },
};
