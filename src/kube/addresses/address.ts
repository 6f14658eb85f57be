// Addresses at which clients reach Envoy, in the form that the status of an Ingress has. Pure.
import { isIP } from 'node:net';
import { isJsonObject, own } from '../../dag/decode/fields.ts';

/** An item of `status.loadBalancer.ingress`: either an IP address or a DNS name. */
export interface Address {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ports?: readonly AddressPort[];
}

export interface AddressPort {
  readonly port: number;
  readonly protocol: string;
}

/** More than clients and DNS servers try. */
export const mostAddresses = 16;
const mostPorts = 16;

const dnsName = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;

/** Undefined: the API server would refuse it in a status. */
export function addressOf(text: unknown): Address | undefined {
  if (typeof text !== 'string') return undefined;
  if (isIP(text) !== 0) return /%|^::ffff:/i.test(text) ? undefined : { ip: text };
  return dnsName.test(text) ? { hostname: text } : undefined;
}

/** Those of a list of load balancer addresses that can be used. Untrusted JSON. */
export function addressesOf(list: unknown): readonly Address[] {
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, mostRead)
    .filter(isJsonObject)
    .flatMap((item) => {
      const address = addressOf(own(item, 'ip') || own(item, 'hostname'));
      const ports = portsOf(own(item, 'ports'));
      return address === undefined ? [] : [ports.length === 0 ? address : { ...address, ports }];
    });
}

/** One more than is written is seen, and more so that those which can't be used don't hide the others. */
const mostRead = 256;

function portsOf(list: unknown): readonly AddressPort[] {
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, mostPorts)
    .filter(isJsonObject)
    .flatMap((item) => {
      const [port, protocol] = [own(item, 'port'), own(item, 'protocol') ?? 'TCP'];
      if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535) return [];
      return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP'
        ? [{ port: Number(port), protocol }]
        : [];
    });
}

/** In one order and each once, so that the same addresses always look the same. */
export function ordered(addresses: readonly Address[]): readonly Address[] {
  const byText = new Map(addresses.map((address) => [addressText(address), address]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address);
}

/** Equal for equal lists only. */
export const addressesText = (addresses: readonly Address[]): string => addresses.map(addressText).join(' ');

/** An address alone, as people read it. */
export const shownAddress = ({ ip, hostname = '' }: Address): string => ip ?? hostname;

/** No address and no protocol has a space, a slash or a comma in it. */
const addressText = (address: Address): string =>
  [shownAddress(address), ...(address.ports ?? []).map(({ port, protocol }) => `${port}/${protocol}`)].join();
