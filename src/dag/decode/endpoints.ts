// discovery.k8s.io/v1 EndpointSlice, and the older v1 Endpoints in the same form.
import type { Endpoint, EndpointSlice, Meta } from '../objects.ts';
import type { Fields, JsonObject } from './fields.ts';
import { labelOf } from './meta.ts';

/** Far above Kubernetes' own limits (1,000 endpoints and 100 addresses a slice). */
const mostEndpoints = 65_536;
const mostPorts = 4_096;

/** Other slices hold host names, or what a later API means by its type. */
const ipTypes: ReadonlySet<string> = new Set(['IPv4', 'IPv6']);

/** Without endpoints if its addresses are not IP addresses. Without `addressType`, as people write it, they are. */
export function decodeEndpointSlice(meta: Meta, object: Fields, raw: JsonObject): EndpointSlice {
  const isIp = !object.has('addressType') || ipTypes.has(object.text('addressType') ?? '');
  return {
    ...meta,
    kind: 'EndpointSlice',
    service: labelOf(raw, 'kubernetes.io/service-name') ?? '',
    ports: portsOf(object),
    endpoints: isIp ? object.objects('endpoints', mostEndpoints).map(decodeEndpoint) : [],
  };
}

/**
 * By the API an absent `ready` or `serving` is true and an absent `terminating` false. What has the wrong type is
 * false.
 */
function decodeEndpoint(endpoint: Fields): Endpoint {
  const conditions = endpoint.object('conditions');
  const trueIfAbsent = (name: string) => (conditions?.has(name) ? conditions.flag(name) : true);
  return {
    addresses: endpoint.texts('addresses', mostEndpoints),
    ready: trueIfAbsent('ready'),
    serving: trueIfAbsent('serving'),
    terminating: conditions?.flag('terminating') ?? false,
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
      ...subset.objects('addresses', mostEndpoints).map((address) => subsetEndpoint(address, ready)),
      ...subset.objects('notReadyAddresses', mostEndpoints).map((address) => subsetEndpoint(address, ill)),
    ],
  }));
}

const ready = { ready: true, serving: true, terminating: false };
/** Endpoints don't tell a pod that ends from one that can't answer: it never gets anything. */
const ill = { ready: false, serving: false, terminating: false };

function subsetEndpoint(address: Fields, conditions: Omit<Endpoint, 'addresses'>): Endpoint {
  const ip = address.text('ip');
  return { addresses: ip === undefined ? [] : [ip], ...conditions };
}

/**
 * A port without number means every port of the endpoint, which Envoy can't be told: left out. So is one whose name
 * or protocol can't be read, which would count as the unnamed port or as TCP.
 */
function portsOf(fields: Fields): EndpointSlice['ports'] {
  return fields.objects('ports', mostPorts).flatMap((entry) => {
    const port = entry.integer('port');
    const [name, protocol] = [textOr('', entry, 'name'), textOr('TCP', entry, 'protocol')];
    if (port === undefined || port < 1 || port > 65_535) return [];
    return name === undefined || protocol === undefined ? [] : [{ name, port, protocol }];
  });
}

/** Undefined if it can't be read; the default if it is absent or empty. */
function textOr(byDefault: string, entry: Fields, key: string): string | undefined {
  if (!entry.has(key)) return byDefault;
  const text = entry.text(key);
  return text === '' ? byDefault : text;
}
