// The HTTP filters of both listeners, in the order in which requests pass them.

import { lookUpCase } from './case.ts';
import { compressor } from './compressor.ts';
import type { HttpFilter } from './filter.ts';
import { grpcWeb } from './grpc-web.ts';
import { router } from './router.ts';
import { lookUpWild } from './wild.ts';

/**
 * The two look-ups come first: a filter before them would act on requests by upper-case, wildcard and default hosts
 * without their route. For the same reason every other filter is always in the chain with a neutral default and is
 * switched by its own per-route type, never by `disabled` or FilterConfig: the chain of such a request is made
 * before its route is known, and `Host: DENY.com` would pass a filter that `deny.com` has switched on.
 */
export const httpFilters: readonly HttpFilter[] = [lookUpCase, lookUpWild, compressor, grpcWeb, router];
