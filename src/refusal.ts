// What Envoy refuses, as the host that it concerns and the reason that its owners are told.
import { hostOfResource, resourcesOf } from './envoy/names.ts';
import type { Cache } from './xds/cache.ts';
import type { Resource } from './xds/resource.ts';

export interface Refusal {
  readonly host: string;
  /** Undefined: nothing of the host is refused any more. */
  readonly reason: string | undefined;
}

/** Undefined: the resource is of no host. `reason` is what Envoy says to this resource; undefined: nothing any more. */
export function refusalOf(cache: Cache, resource: Resource, reason: string | undefined): Refusal | undefined {
  const host = hostOfResource(resource);
  return host === undefined ? undefined : { host, reason: reason ?? otherReason(cache, host, resource) };
}

/** Why Envoy refuses another resource of the host than this one. */
function otherReason(cache: Cache, host: string, { type, name }: Resource): string | undefined {
  return resourcesOf(host)
    .filter((other) => other.type !== type || other.name !== name)
    .map((other) => cache.rejection(other.type, other.name)?.reason)
    .find((reason) => reason !== undefined);
}
