// The types of resources that an Envoy asks for, in the order in which changes are sent, and how each is treated.
import type { ResourceType } from '../xds/resource.ts';
import { stampScope } from './scope.ts';
import { certificateOnDemand, stampSecret } from './secret.ts';
import { typeUrl } from './type-url.ts';

/**
 * Clusters, endpoints, secrets, listeners, scopes, extensions. A scope waits until its own clusters have endpoints,
 * and a listener until those have that its filter chains name; a cluster is ready by its endpoints' ACK, since Envoy withholds that of clusters while any of them warms. Scopes
 * go out in chunks of 500 (a third less memory in Envoy at 10,000 than in one piece), and the `wild` filter, for
 * which the listeners wait, after the last of them.
 */
export const resourceTypes: readonly ResourceType[] = [
  {
    url: typeUrl.cluster,
    wildcard: true,
    chunk: 500,
    pipelined: true,
    removals: true,
    warmedBy: typeUrl.endpoints,
  },
  { url: typeUrl.endpoints, wildcard: false, chunk: 500, pipelined: false, removals: false },
  {
    url: typeUrl.secret,
    wildcard: false,
    chunk: 500,
    pipelined: false,
    removals: true,
    onDemand: certificateOnDemand,
    stamp: stampSecret,
  },
  {
    url: typeUrl.listener,
    wildcard: true,
    chunk: 100,
    pipelined: false,
    removals: true,
    requires: typeUrl.cluster,
  },
  {
    url: typeUrl.scope,
    wildcard: true,
    chunk: 500,
    pipelined: false,
    removals: true,
    requires: typeUrl.cluster,
    stamp: stampScope,
  },
  {
    url: typeUrl.extension,
    wildcard: false,
    chunk: 100,
    pipelined: false,
    removals: true,
    after: typeUrl.scope,
  },
];
