// Which endpoint addresses may be given to Envoy.
import { BlockList, isIP } from 'node:net';
import type { EndpointSlice } from '../dag/objects.ts';

/**
 * Addresses of Envoy's own host and link: its admin interface, its neighbours, a cloud's metadata service. The API
 * server refuses them in Endpoints; with EndpointSlices it is up to us.
 */
const special = new BlockList();
special.addSubnet('0.0.0.0', 8, 'ipv4');
special.addSubnet('127.0.0.0', 8, 'ipv4');
special.addSubnet('169.254.0.0', 16, 'ipv4');
special.addAddress('::', 'ipv6');
special.addAddress('::1', 'ipv6');
special.addSubnet('fe80::', 10, 'ipv6');

/**
 * The slice with addresses that Envoy can use: IPs without a zone (host names make it refuse the whole resource),
 * and none of the special ones unless they are allowed.
 */
export function usableEndpoints(slice: EndpointSlice, settings: { allowLoopback: boolean }): EndpointSlice {
  const usable = (address: string): boolean => {
    const version = isIP(address);
    if (version === 0 || address.includes('%')) return false;
    return settings.allowLoopback || !special.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
  return {
    ...slice,
    endpoints: slice.endpoints.flatMap((endpoint) => {
      const addresses = endpoint.addresses.filter(usable);
      return addresses.length === 0 ? [] : [{ ...endpoint, addresses }];
    }),
  };
}
