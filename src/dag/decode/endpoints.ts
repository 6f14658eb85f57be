// discovery.k8s.io/v1 EndpointSlice, and the older v1 Endpoints in the same form.
import type { EndpointSlice, Meta } from '../objects.ts';
import type { Fields, JsonObject } from './fields.ts';
import { labelOf } from './meta.ts';

/** Far above Kubernetes' own limits (1,000 endpoints and 100 addresses a slice). */
const mostEndpoints = 65_536;
const mostPorts = 4_096;

type Endpoint = EndpointSlice['endpoints'][number];

export function decodeEndpointSlice(meta: Meta, object: Fields, raw: JsonObject): EndpointSlice {
  return {
    ...meta,
    kind: 'EndpointSlice',
    service: labelOf(raw, 'kubernetes.io/service-name') ?? '',
    ports: portsOf(object),
    endpoints: object.objects('endpoints', mostEndpoints).map((endpoint) => {
      const conditions = endpoint.object('conditions');
      const ready = conditions?.has('ready') ? conditions.flag('ready') : true;
      return { addresses: endpoint.texts('addresses', mostEndpoints), ready };
    }),
  };
}

/** Name of the slice that stands for one subset. No object of the API has a `/` in its name. */
export const subsetName = (endpoints: string, index: number): string => `${endpoints}/${index}`;

/** One slice per subset, at least one: what is not here any more can be told by its name. */
export function decodeEndpoints(meta: Meta, object: Fields): readonly EndpointSlice[] {
  const subsets = object.objects('subsets', mostPorts);
  const slice = (name: string) => ({ ...meta, kind: 'EndpointSlice' as const, name, service: meta.name });
  if (subsets.length === 0) return [{ ...slice(subsetName(meta.name, 0)), ports: [], endpoints: [] }];
  return subsets.map((subset, index) => ({
    ...slice(subsetName(meta.name, index)),
    ports: portsOf(subset),
    endpoints: [
      ...addressesOf(subset, 'addresses').map((addresses): Endpoint => ({ addresses, ready: true })),
      ...addressesOf(subset, 'notReadyAddresses').map((addresses): Endpoint => ({ addresses, ready: false })),
    ],
  }));
}

function addressesOf(subset: Fields, key: string): readonly (readonly string[])[] {
  return subset.objects(key, mostEndpoints).flatMap((address) => {
    const ip = address.text('ip');
    return ip === undefined ? [] : [[ip]];
  });
}

/** A port without number means every port of the endpoint, which Envoy can't be told: left out. */
function portsOf(fields: Fields): EndpointSlice['ports'] {
  return fields.objects('ports', mostPorts).flatMap((entry) => {
    const port = entry.integer('port');
    if (port === undefined || port < 1 || port > 65_535) return [];
    return [{ name: entry.text('name') ?? '', port, protocol: entry.text('protocol') || 'TCP' }];
  });
}
