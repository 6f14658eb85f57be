// Which endpoint addresses may be given to Envoy, each in one form.
import { BlockList, isIP, SocketAddress } from 'node:net';
import type { EndpointSlice } from '../dag/objects.ts';

/**
 * Addresses of Envoy's own host and link: its admin interface, its neighbours, a cloud's metadata service. The API
 * server refuses them too; what Envoy can reach must not depend on that.
 */
const special = new BlockList();
special.addSubnet('0.0.0.0', 8, 'ipv4');
special.addSubnet('127.0.0.0', 8, 'ipv4');
special.addSubnet('169.254.0.0', 16, 'ipv4');
special.addAddress('::', 'ipv6');
special.addAddress('::1', 'ipv6');
special.addSubnet('fe80::', 10, 'ipv6');

const mappedIpv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/**
 * The one text for an address that can be written in several ways: an IPv6 address lower-case and shortened, an IPv4
 * address in an IPv6 one as itself. Undefined: not an IP address, or one with a zone, which is of one machine only.
 */
export function canonicalAddress(text: string): string | undefined {
  const version = isIP(text);
  if (version === 4) return text;
  if (version === 0 || text.includes('%')) return undefined;
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  return mappedIpv4.exec(address)?.[1] ?? address;
}

/**
 * The slice with the addresses that Envoy can use (of a host name it refuses the whole resource), canonical and each
 * once per endpoint, and none of the special ones unless they are allowed. Endpoints without any are left out.
 */
export function usableEndpoints(slice: EndpointSlice, settings: { allowLoopback: boolean }): EndpointSlice {
  const usable = (text: string): string[] => {
    const address = canonicalAddress(text);
    if (address === undefined) return [];
    return settings.allowLoopback || !isSpecial(address) ? [address] : [];
  };
  return {
    ...slice,
    endpoints: slice.endpoints.flatMap((endpoint) => {
      const addresses = [...new Set(endpoint.addresses.flatMap(usable))];
      return addresses.length === 0 ? [] : [{ ...endpoint, addresses }];
    }),
  };
}

const isSpecial = (address: string): boolean =>
  special.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
