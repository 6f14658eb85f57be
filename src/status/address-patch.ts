// The addresses in the status of an Ingress: what the cluster says and who wrote it, and the merge patch to ours. Pure.
import { hash } from 'node:crypto';
import { isJsonObject, type JsonObject, own } from '../dag/decode/fields.ts';
import type { Address } from '../kube/addresses/address.ts';
import type { RawObject } from '../store/events.ts';

export interface WrittenAddresses {
  /** Equal to `addressesPrint` of the same addresses in the same order; empty: there are none. */
  readonly print: string;
  /** We wrote them, in this life or an earlier one, and nobody else has changed them since. */
  readonly isOurs: boolean;
}

/** Most entries that are looked at: more than we would write, so that they differ. */
const mostEntries = 64;
const mostManagers = 64;

export const addressesPrint = (addresses: readonly Address[]): string =>
  printOf(addresses.map(({ ip, hostname, ports = [] }) => [ip, hostname, ports.map(portPrint)]));

const portPrint = ({ port, protocol }: { readonly port: unknown; readonly protocol: unknown }): unknown[] => [
  scalar(port),
  scalar(protocol),
];

/** `manager`: the name under which we write. Untrusted JSON. */
export function writtenAddresses(object: RawObject, manager: string): WrittenAddresses {
  const entries = listOf(objectOf(objectOf(object, 'status'), 'loadBalancer'), 'ingress', mostEntries);
  if (entries.length === 0) return none;
  const print = printOf(
    entries.filter(isJsonObject).map((entry) => [
      scalar(own(entry, 'ip')),
      scalar(own(entry, 'hostname')),
      listOf(entry, 'ports', mostEntries)
        .filter(isJsonObject)
        .map((port) => portPrint({ port: own(port, 'port'), protocol: own(port, 'protocol') })),
    ]),
  );
  return { print, isOurs: isManagedBy(object, manager) };
}

/** The condition of a resourceVersion makes it fail if anybody changed the object since. */
export const addressPatch = (
  addresses: readonly Address[],
  resourceVersion: string | undefined,
): RawObject => ({
  ...(resourceVersion === undefined ? {} : { metadata: { resourceVersion } }),
  status: { loadBalancer: { ingress: addresses.length > 0 ? addresses : null } },
});

const none: WrittenAddresses = { print: '', isOurs: false };

/** The API server keeps who wrote each field last; the list of addresses is one field. */
function isManagedBy(object: RawObject, manager: string): boolean {
  return listOf(objectOf(object, 'metadata'), 'managedFields', mostManagers)
    .filter(isJsonObject)
    .some((entry) => {
      if (own(entry, 'manager') !== manager || own(entry, 'subresource') !== 'status') return false;
      const status = objectOf(objectOf(entry, 'fieldsV1'), 'f:status');
      return own(objectOf(status, 'f:loadBalancer'), 'f:ingress') !== undefined;
    });
}

/** In arrays, undefined and null are the same JSON. */
const printOf = (entries: readonly unknown[]): string =>
  entries.length === 0 ? '' : hash('sha256', JSON.stringify(entries), 'base64url').slice(0, 22);

/** Flat, so that hostile nesting is never walked. */
const scalar = (value: unknown): unknown => (typeof value === 'object' ? 'not a scalar' : value);

const nothing: JsonObject = {};

function objectOf(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isJsonObject(value) ? value : nothing;
}

function listOf(object: JsonObject, key: string, most: number): readonly unknown[] {
  const value = own(object, key);
  return Array.isArray(value) ? value.slice(0, most) : [];
}
